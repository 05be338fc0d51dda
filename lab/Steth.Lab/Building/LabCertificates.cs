using Steth.Lab.Hosts;
using Steth.Lab.Plan;
using Steth.Lab.Processes;
using Steth.Lab.State;

namespace Steth.Lab.Building;

/// <summary>The certificates of a lab: an authority of its own, a bundle in each host's own /run, an operator who may do everything.</summary>
internal sealed class LabCertificates(LabPlan plan, LabDirectory directory, Launcher launcher, string steth)
{
    private string Authority => Path.Combine(directory.Root, "pki");

    /// <summary>Where a host's agent finds its bundle, as the host sees it.</summary>
    public string NodeFolder => Path.Combine(directory.Root, "node");

    /// <summary>The operator's bundle, on this machine and in every host.</summary>
    public string OperatorFolder => Path.Combine(directory.Root, "operator");

    /// <summary>Makes them all.</summary>
    public async Task MakeAsync(CancellationToken ct)
    {
        var nodes = plan.Hosts.Where(host => host.IsVisible)
            .Select(host => $"{host.Name}={string.Join(',', new[] { host.Management, host.Fabric ?? host.Underlay, host.Storage }.OfType<object>())}");
        await launcher.RunAsync([steth, "pki", "init", "--dir", Authority, "--name", "lab", "-q"], null, ct);
        await launcher.RunAsync([steth, "pki", "issue", .. nodes, "--dir", Authority, "-q"], null, ct);
        Copy(Path.Combine(Authority, "operators", "lab"), OperatorFolder);
    }

    /// <summary>Gives a host what is its own, and the operator's for who works there.</summary>
    public void Give(LabHost host)
    {
        Copy(Path.Combine(Authority, "nodes", host.Name), host.Root + NodeFolder);
        Copy(OperatorFolder, host.Root + OperatorFolder);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file))); // with its mode
    }
}
