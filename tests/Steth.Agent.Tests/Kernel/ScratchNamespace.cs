using System.Diagnostics;
using Steth.Contracts.Names;

namespace Steth.Agent.Tests.Kernel;

/// <summary>A network namespace of a test's own, deleted with everything in it.</summary>
internal sealed class ScratchNamespace : IDisposable
{
    public ScratchNamespace()
        : this($"steth-t-{Guid.NewGuid():N}"[..20])
    {
    }

    public ScratchNamespace(string name)
    {
        Name = NamespaceName.Parse(name);
        Run("ip", "netns", "add", Name.ToString());
        Ip("link set lo up");
    }

    public NamespaceName Name { get; }

    /// <summary>Runs <c>ip</c> inside the namespace.</summary>
    public string Ip(string arguments) => Run("ip", ["-n", Name.ToString(), .. arguments.Split(' ')]);

    /// <summary>Runs a program inside the namespace.</summary>
    public string Exec(string program, string arguments) =>
        Run("ip", ["netns", "exec", Name.ToString(), program, .. arguments.Split(' ')]);

    /// <summary>Makes a veth pair, both ends up, silent (no IPv6 of their own).</summary>
    public void AddVeth(string one, string other)
    {
        Ip($"link add {one} type veth peer name {other}");
        foreach (var end in new[] { one, other })
        {
            Ip($"link set {end} addrgenmode none");
            Ip($"link set {end} up");
        }
    }

    public void Dispose() => Run("ip", "netns", "delete", Name.ToString());

    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.Result}");
        return output;
    }
}
