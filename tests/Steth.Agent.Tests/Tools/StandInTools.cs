using Steth.Agent.Tools;

namespace Steth.Agent.Tests.Tools;

/// <summary>A directory of small shell scripts that stand in for system tools; deleted with the object.</summary>
public sealed class StandInTools : IDisposable
{
    public StandInTools() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Combine(Path.GetTempPath(), $"steth-tools-{Guid.NewGuid():N}");

    /// <summary>Finds the stand-ins only; the stand-ins themselves name what they call by its full path.</summary>
    public ToolRunner Runner => new(Root, new Dictionary<string, string>());

    public string PathOf(string name) => Path.Combine(Root, name);

    public StandInTools Add(string program, string script)
    {
        File.WriteAllText(PathOf(program), "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(PathOf(program), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return this;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
