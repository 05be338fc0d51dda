using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>I3: the tables of the OpenFlow firewall, or those against spoofing, drop the packet.</summary>
public sealed class FirewallDropCheck : TraceCheck
{
    private const string Pairs = "allow the address on the port (allowed-address-pairs) if it is the guest's";

    /// <inheritdoc/>
    public override Cause Cause => CauseCatalogue.FirewallDrop;

    private protected override Finding? Find(TracedWay way)
    {
        if (way.Bridge is not { Kind: HopKind.IntegrationBridge } bridge || way.IsDelivered || way.End is not { } end
            || !TracedWay.IsDrop(end)
            || end.Table is not (24 or 25 or (>= 71 and <= 73) or 81 or 82 or (>= 91 and <= 93))
            || FlowOwner.IsForeign(way.Situation, way.Trace.Host, end))
        {
            return null;
        }
        // Table 93 drops whatever the tables before it send there.
        var deciding = way.Steps.Where(s => s.Bridge == bridge.Device && s.Table is not (91 or 92 or 93)).LastOrDefault(end);
        var isIngress = deciding.Table is 81 or 82;
        var device = isIngress ? way.Trace.Exit : way.Trace.Entry;
        var (why, remedy, isOfGroups) = Reason(deciding, isIngress);
        var finding = Observed(
            way,
            device,
            [bridge, .. way.Hops.Where(h => h.Has(device))],
            $"{TracedWay.Text(deciding)}: {why}",
            $"on {way.Trace.Host} {remedy}");
        return isOfGroups && way.Trace.IsRequest && Owner(way.Situation, device) is { } port
            && SecurityGroups.Say(port, way.Trace.Host, isIngress, [way.Trace.Probe]) is { } groups
            ? finding with { Evidence = [.. finding.Evidence, groups.Evidence], Remedy = groups.Remedy }
            : finding;
    }

    private static PortIntent? Owner(DiagnosisCase situation, string device) =>
        new[] { situation.Port, situation.Evidence.Peer }.FirstOrDefault(
            p => p is not null && device.EndsWith(p.PortId.ToString()[..11], StringComparison.Ordinal));

    private static (string Why, string Remedy, bool IsOfGroups) Reason(OvsTraceStep step, bool isIngress)
    {
        var match = step.Match ?? "";
        const string Restart = "restart neutron-openvswitch-agent, which writes the port's flows anew";
        if (step.Table is 24 or 25)
            return ($"the port may not use this {(step.Table == 24 ? "IP" : "MAC")} address", $"{Restart}, or {Pairs}", false);
        if (match.Contains("+inv", StringComparison.Ordinal))
            return ("conntrack finds it invalid",
                "look for an asymmetric way of the connection, or delete its entry with 'ovs-appctl dpctl/flush-conntrack'", false);
        if (match.Contains("ct_mark=0x1", StringComparison.Ordinal)
            || step.Actions.Any(a => a.Contains("ct_mark", StringComparison.Ordinal)))
            return ("no rule allows the connection any more", $"see that a security group rule allows it; if one does, {Restart}", true);
        if (step is { Table: 71, Priority: 70 })
            return ("the guest may not act as a DHCP server or router", "see what the guest sends", false);
        if (step.Table == 71)
            return ("no flow allows the port this MAC and IP address", $"{Restart}, or {Pairs}", false);
        var side = isIngress ? "ingress" : "egress";
        return (
            $"no {side} rule allows it",
            $"see that a security group of the port has an {side} rule for it; if one has, {Restart}", true);
    }
}
