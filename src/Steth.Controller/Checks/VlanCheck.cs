using System.Globalization;
using System.Security.Cryptography;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Vlans;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Controller.Checks;

/// <summary>
/// Which VLANs cross between which nodes: everybody listens, then everybody sends one broadcast probe a VLAN; what did not arrive is sent
/// again, twice at least, so that a loss is not taken for a block.
/// </summary>
public sealed class VlanCheck(AgentCalls calls)
{
    /// <summary>Probes a second that all nodes together send at most: each of them reaches every port of the fabric.</summary>
    public const int MostPpsInAll = 50_000;

    // What was sent last is on its way, and a listener that has seen everything does not wait for it.
    private static readonly TimeSpan _settle = TimeSpan.FromMilliseconds(300);

    /// <summary>Probes and judges.</summary>
    /// <returns>A node that is silent or has no such NIC costs its own rows only.</returns>
    public async Task<VlanReport> RunAsync(
        IReadOnlyList<Node> nodes, VlanRequest request, Action<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(request);
        var start = calls.Time.GetTimestamp();
        progress?.Invoke(new CheckProgress(null, Text($"looking for the NICs of {nodes.Count} nodes")));
        VlanEnd[] ends = [.. nodes.Select((node, number) => new VlanEnd(number, node))];
        var answers = await calls.AskAllAsync(nodes, AgentOperations.InterfaceList, new InterfaceListParams(), cancellationToken);
        foreach (var (end, answer) in ends.Zip(answers))
            end.Take(answer, request.Nics);
        var evidence = await ProbeAsync(ends, request, progress, cancellationToken);
        var report = VlanJudge.Judge(evidence);
        if (report.Status == CheckState.Fail)
        {
            progress?.Invoke(new CheckProgress(null, "asking for the switch ports"));
            var places = ends.Where(end => end.Links.Count > 0).ToDictionary(end => end.Node, end => end.Links);
            var ports = await SwitchPorts.AskAsync(calls, places, request.LldpSeconds, cancellationToken);
            report = VlanJudge.Judge(evidence with
            {
                Nodes = [.. evidence.Nodes.Select(node => node with { SwitchPort = ports.GetValueOrDefault(node.Name) })],
            });
        }
        return report with { TookMs = (long)calls.Time.GetElapsedTime(start).TotalMilliseconds };
    }

    private async Task<VlanEvidence> ProbeAsync(
        VlanEnd[] ends, VlanRequest request, Action<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        var mark = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        var rounds = new List<VlanRound>();
        int? fullSize = null;
        IReadOnlyList<VlanProbes>[] probes = [.. ends.Select(_ => First(request))];
        while (ends.Count(end => end.IsProbed) > 1 && ends.Any(end => end.IsProbed && probes[end.Number].Count > 0))
        {
            var round = new VlanRun(calls, request, mark, rounds.Count, ends);
            rounds.Add(await round.RunAsync(probes, text => progress?.Invoke(new CheckProgress(null, text)), _settle, cancellationToken));
            fullSize = Larger(fullSize, round.FullSizeBytes);
            probes = [.. VlanRepeats.Of(Evidence())];
        }
        return Evidence();

        VlanEvidence Evidence() => new()
        {
            Vlans = request.Vlans,
            Nodes = [.. ends.Select(end => end.Evidence())],
            Rounds = rounds,
            FullSizeBytes = fullSize,
        };
    }

    private static List<VlanProbes> First(VlanRequest request)
    {
        var tagged = request.Vlans.Except(VlanSet.UntaggedOnly);
        var probes = new List<VlanProbes> { new() { Kind = VlanProbeKind.Plain, Vlans = request.Vlans.Union(VlanSet.UntaggedOnly) } };
        if (request.DoubleTag is not null && !tagged.IsEmpty)
            probes.Add(new VlanProbes { Kind = VlanProbeKind.DoubleTagged, Vlans = tagged });
        if (request.FullSize && !tagged.IsEmpty)
            probes.Add(new VlanProbes { Kind = VlanProbeKind.FullSize, Vlans = tagged });
        return probes;
    }

    private static int? Larger(int? one, int? other) => one is null ? other : other is null ? one : Math.Max(one.Value, other.Value);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
