using Steth.Lab.Plan;
using Steth.Lab.Processes;

namespace Steth.Lab.Hosts;

/// <summary>A running host: the way into its namespaces.</summary>
internal sealed class LabHost(HostPlan plan, int process, Launcher launcher)
{
    /// <summary>What it is.</summary>
    public HostPlan Plan => plan;

    /// <summary>Its name.</summary>
    public string Name => plan.Name;

    /// <summary>Its PID 1, as this machine counts.</summary>
    public int Process => process;

    /// <summary>Its root directory, seen from this machine.</summary>
    public string Root => $"/proc/{process}/root";

    /// <summary>The command that runs another inside the host.</summary>
    public static IReadOnlyList<string> Enter(int process, IEnumerable<string> command) =>
        ["nsenter", "-t", $"{process}", "-m", "-u", "-i", "-n", "-p", "--", .. command];

    /// <summary>Runs a tool inside the host to its end and returns its stdout.</summary>
    public Task<string> RunAsync(IReadOnlyList<string> command, CancellationToken ct) => RunAsync(command, null, ct);

    /// <summary>Runs a tool inside the host, with something to read on stdin.</summary>
    public Task<string> RunAsync(IReadOnlyList<string> command, string? input, CancellationToken ct) =>
        launcher.RunAsync(Enter(process, command), input, ct);

    /// <summary>Runs many iproute2 commands in one process, in the host or in one of its named namespaces.</summary>
    public Task IpAsync(IEnumerable<string> lines, CancellationToken ct, string? netns = null) =>
        RunAsync(netns is null ? ["ip", "-batch", "-"] : ["ip", "-n", netns, "-batch", "-"], string.Join('\n', lines) + "\n", ct);

    /// <summary>Runs iproute2 commands in the host's network but among this machine's processes, so that `netns PID` can name another host.</summary>
    public Task IpAmongHostsAsync(IEnumerable<string> lines, CancellationToken ct) =>
        launcher.RunAsync(["nsenter", "-t", $"{process}", "-n", "--", "ip", "-batch", "-"], string.Join('\n', lines) + "\n", ct);

    /// <summary>Starts a program inside the host that stays; returns the process id of the way in, which lives as long.</summary>
    public int StartDaemon(IReadOnlyList<string> command, string logFile) => launcher.StartDaemon(Enter(process, command), logFile);
}
