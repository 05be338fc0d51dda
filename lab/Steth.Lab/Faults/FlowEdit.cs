using System.Globalization;
using System.Text.RegularExpressions;
using Steth.Lab.Hosts;
using Steth.Lab.State;

namespace Steth.Lab.Faults;

/// <summary>
/// Changes to a bridge's flows that can be undone exactly, cookies included. Learned flows come and go by themselves and are left out.
/// </summary>
internal static partial class FlowEdit
{
    /// <summary>A bridge's flows, each as `add-flows` takes it.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(LabHost host, string bridge, CancellationToken ct) =>
    [
        .. (await host.RunAsync(["ovs-ofctl", "-O", "OpenFlow14", "--no-names", "--no-stats", "dump-flows", bridge], ct))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line.Contains("actions=", StringComparison.Ordinal)
                && !line.Contains("hard_timeout=", StringComparison.Ordinal)),
    ];

    /// <summary>Takes away the flows that <paramref name="isGone"/> picks.</summary>
    /// <exception cref="LabException">There are none: the fault is no longer the one that was meant.</exception>
    public static async Task<FaultSteps> RemoveAsync(LabHost host, string bridge, Func<string, bool> isGone, CancellationToken ct)
    {
        var gone = (await ReadAsync(host, bridge, ct)).Where(isGone).ToArray();
        return gone.Length > 0
            ? new FaultSteps([Apply(host.Name, bridge, gone.Select(Deletion))], [Apply(host.Name, bridge, gone)])
            : throw new LabException($"{bridge} on {host.Name} has no such flow: something else changed it; `steth-lab heal`, or take the lab down.");
    }

    /// <summary>Gives the flows that <paramref name="isChanged"/> picks other actions.</summary>
    public static async Task<FaultSteps> ChangeAsync(
        LabHost host, string bridge, Func<string, bool> isChanged, Func<string, string> change, CancellationToken ct)
    {
        var steps = await RemoveAsync(host, bridge, isChanged, ct);
        var before = steps.Undo[0].Input!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return steps with { Make = [Apply(host.Name, bridge, before.Select(change))] };
    }

    /// <summary>Adds flows that nobody's agent wrote: without a cookie.</summary>
    public static FaultSteps Add(string host, string bridge, params string[] matches) => new(
        [Apply(host, bridge, matches.Select(match => $"cookie=0,{match},actions=drop"))],
        [Apply(host, bridge, matches.Select(match => "delete_strict " + match))]);

    /// <summary>Changes flows, all at once.</summary>
    public static HostCommand Apply(string host, string bridge, IEnumerable<string> changes) =>
        new(host, ["ovs-ofctl", "-O", "OpenFlow14", "--bundle", "add-flows", bridge, "-"],
            string.Concat(changes.Select(change => change + "\n")));

    /// <summary>A device's OpenFlow port number.</summary>
    public static async Task<int> OfPortAsync(LabHost host, string device, CancellationToken ct) => int.Parse(
        await host.RunAsync(["ovs-vsctl", "--timeout=10", "get", "Interface", device, "ofport"], ct), CultureInfo.InvariantCulture);

    private static string Deletion(string flow) => "delete_strict " + NotMatched().Replace(flow, "");

    [GeneratedRegex("""cookie=0x[0-9a-f]+, |reset_counts |(?<= )actions=.*""")]
    private static partial Regex NotMatched();
}
