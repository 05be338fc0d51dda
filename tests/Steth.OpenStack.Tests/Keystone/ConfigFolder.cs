using Steth.OpenStack.Keystone;

namespace Steth.OpenStack.Tests.Keystone;

/// <summary>A folder with files of the clouds.yaml family, and a search that looks there only.</summary>
internal sealed class ConfigFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("steth-openstack-").FullName;

    public string File(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public CredentialSearch Search(string? cloud = null, params (string Key, string Value)[] environment) => new()
    {
        CloudName = cloud,
        Environment = environment.ToDictionary(e => e.Key, e => e.Value),
        Folders = [System.IO.Path.Combine(Path, "first"), Path],
    };

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
