using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Checks.Flows;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Fabric;

/// <summary>
/// T3 on a node itself. With the kernel's datapath a tunnel's packets leave and arrive by the host's own stack, where its packet filter
/// judges them between NIC and tunnel bridge (net/openvswitch/vport-vxlan.c, net/ipv4/ip_tunnel_core.c). The userspace datapath takes
/// them from the NIC before that: there the filter is never blamed.
/// </summary>
internal static class HostFilter
{
    private static readonly (string, string)[] _inwards =
        [("raw", "PREROUTING"), ("mangle", "PREROUTING"), ("mangle", "INPUT"), ("filter", "INPUT")];

    private static readonly (string, string)[] _outwards =
        [("raw", "OUTPUT"), ("mangle", "OUTPUT"), ("filter", "OUTPUT"), ("mangle", "POSTROUTING")];

    /// <summary>The packets that ended between NIC and tunnel bridge of a node, with what its filter does with such.</summary>
    public static IEnumerable<Finding> Find(DiagnosisCase situation, Cause cause) =>
        situation.Probes.SelectMany(p => Ends(situation, p.Probe, p.Outcome))
            .GroupBy(e => (e.Nic.Host, e.Remote, e.IsInwards))
            .Select(g => Judge(situation, cause, [.. g])).OfType<Finding>();

    /// <summary>Losses between a NIC that carries tunnels and the bridge they belong to.</summary>
    private static IEnumerable<TunnelEnd> Ends(DiagnosisCase situation, ProbeEvidence probe, ProbeOutcome outcome)
    {
        var leg = outcome.Leg;
        for (var i = 1; i + 1 < leg.Count; i++)
        {
            // In: seen at the NIC, and at nothing behind it. Out: reliably not at the NIC, and at nothing before it on the node.
            var isIn = leg[i].Kind == HopKind.Nic && leg[i + 1].Kind == HopKind.TunnelBridge && leg[i - 1].Host != leg[i].Host
                && outcome.LastSeen == i;
            var isOut = leg[i].Kind == HopKind.Nic && leg[i - 1].Kind == HopKind.TunnelBridge && leg[i + 1].Host != leg[i].Host
                && outcome.NotSeen == i;
            if (outcome.State is ProbeState.Lost or ProbeState.OutOfSight && (isIn || isOut)
                && IsOfKernel(situation, leg[isIn ? i + 1 : i - 1]))
                yield return new TunnelEnd(probe, outcome, leg[i], leg[isIn ? i + 1 : i - 1], (isIn ? leg[i - 1] : leg[i + 1]).Host, isIn);
        }
    }

    private static bool IsOfKernel(DiagnosisCase situation, PathHop bridge) =>
        situation.Evidence.Host(bridge.Host)?.Ovs?.Bridges.FirstOrDefault(b => b.Name == bridge.Device)?.DatapathType is "" or "system";

    private static Finding? Judge(DiagnosisCase situation, Cause cause, IReadOnlyList<TunnelEnd> ends)
    {
        var (nic, host) = (ends[0].Nic, situation.Evidence.Host(ends[0].Nic.Host)!);
        var flows = ends.SelectMany(e => situation.Traces(e.Probe.Kind)).Where(t => t.Host == host.Name)
            .Select(t => TracedWay.Of(situation, t)).OfType<TracedWay>().ToList();
        // Flows that drop it explain it alone.
        if (flows.Count > 0 && !flows.Exists(f => f.IsDelivered))
            return null;
        var finding = new Finding
        {
            Cause = cause,
            State = CheckState.Unknown,
            Host = host.Name,
            Device = nic.Device,
            At = [nic, ends[0].Bridge],
            Breaks = [.. ends.Select(e => e.Probe.Kind).Distinct()],
            BreaksRequest = ends.All(e => e.Outcome.IsRequest) ? true : ends.All(e => !e.Outcome.IsRequest) ? false : null,
            Evidence = [],
        };
        if (Packet(situation, host, ends[0]) is not { } packet)
            return finding with { Evidence = [$"The tunnel addresses of {host.Name} and {ends[0].Remote} are not known"] };
        if (host.Own is not { Rules: not null } before)
            return finding with { Evidence = [CaseReading.Missing(host, "its packet filter")] };
        var walk = FilterWalk.Of(before, packet, ends[0].IsInwards ? _inwards : _outwards);
        return walk.Fate switch
        {
            FilterFate.Dropped => Dropped(finding, host, ends[0], packet, walk),
            FilterFate.Unclear => finding with
            {
                Evidence = [$"{host.Name}: whether iptables drops what {Way(ends[0], packet)} hangs on more than its rules tell"],
            },
            _ when flows.Count > 0 => finding with
            {
                Evidence =
                [
                    $"{host.Name}: the flows deliver what {Way(ends[0], packet)} and iptables lets it pass; tables of nftables that are "
                        + "not iptables' were not read ('nft list ruleset')",
                ],
            },
            _ => null,
        };
    }

    private static Finding Dropped(Finding finding, HostEvidence host, TunnelEnd end, FilteredPacket packet, FilterWalk walk)
    {
        var moved = Moved(host, walk);
        var what = walk.Rule is { } rule ? $"the rule '{rule.Line()}'" : $"the policy DROP of {walk.Chain}";
        var counted = moved is { } count
            ? string.Create(CultureInfo.InvariantCulture, $"; it counted {count} packets while the probes were sent") : "";
        return finding with
        {
            // A counter that stands still contradicts.
            State = moved is null or > 0 ? CheckState.Fail : CheckState.Unknown,
            IsObserved = moved > 0,
            Explains = [CauseCatalogue.UnderlayUnreachable, CauseCatalogue.ExternalGatewayDead],
            Evidence =
            [
                $"{host.Name}: {what} (table {walk.Table}) drops what {Way(end, packet)}{counted}",
                end.IsInwards ? $"{end.Outcome.LastSeenText}; it does not come out of the tunnel"
                    : $"{end.Outcome.LastSeenText}; not at {end.Nic}",
            ],
            Remedy = $"on {host.Name} let it pass: 'iptables -I {(end.IsInwards ? "INPUT" : "OUTPUT")} 1 -p {packet.Protocol.Name}"
                + (packet.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $" --dport {port}") : "")
                + $" -{(end.IsInwards ? 's' : 'd')} {(end.IsInwards ? packet.Source : packet.Destination)} -j ACCEPT', and in what "
                + $"sets the "
                + "firewall up at boot"
                + (walk.Table == "filter" ? "" : $"; the rule is in table {walk.Table} and has to go there"),
        };
    }

    private static long? Moved(HostEvidence host, FilterWalk walk)
    {
        if (host.OwnAfter is not { Rules: { } after, Chains: var chains })
            return null;
        if (walk.Rule is { } rule)
            return after.FirstOrDefault(r => r.Table == rule.Table && r.Chain == rule.Chain && r.Text == rule.Text) is { } now
                ? now.Moved(host.Own!.Rules!) : null;
        return Packets(chains) - Packets(host.Own!.Chains);

        long? Packets(IReadOnlyList<FilterChain>? all) =>
            all?.FirstOrDefault(c => c.Table == walk.Table && c.Chain == walk.Chain)?.Packets;
    }

    private static FilteredPacket? Packet(DiagnosisCase situation, HostEvidence host, TunnelEnd end)
    {
        var type = situation.Port.Network.IsTunnelled ? situation.Port.Network.Type : situation.Evidence.Peer?.Network.Type;
        if (TunnelEnds.Of(situation.Evidence, host) is not [var own, ..]
            || TunnelEnds.Of(situation.Evidence, situation.Evidence.Host(end.Remote)) is not [var remote, ..])
            return null;
        var devices = (host.Interfaces ?? []).Where(i => i.Addresses.Any(a => a.Address.Address.Equals(own))).Select(i => i.Name).ToList();
        return new FilteredPacket(
            TunnelTransport.Protocol(type), end.IsInwards ? remote : own, end.IsInwards ? own : remote, Port(host, type),
            end.IsInwards ? devices : [], end.IsInwards ? [] : devices);
    }

    private static int? Port(HostEvidence host, string? type) =>
        TunnelEnds.Interfaces(host, type).Select(i => i.Options.GetValueOrDefault("dst_port")).OfType<string>().FirstOrDefault() is { } text
            && int.TryParse(text, CultureInfo.InvariantCulture, out var port) ? port : TunnelTransport.Port(type);

    private static string Way(TunnelEnd end, FilteredPacket packet)
    {
        var what = packet.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"UDP {port}") : "GRE";
        return end.IsInwards
            ? $"comes in from {end.Remote} ({what} from {packet.Source})" : $"goes out to {end.Remote} ({what} to {packet.Destination})";
    }

    /// <summary>A loss at a node's end of a tunnel.</summary>
    private sealed record TunnelEnd(
        ProbeEvidence Probe, ProbeOutcome Outcome, PathHop Nic, PathHop Bridge, string Remote, bool IsInwards);
}
