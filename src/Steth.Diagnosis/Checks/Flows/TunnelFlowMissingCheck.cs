using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>T2: the tunnel bridge drops the network's packets, or sends them to another node.</summary>
public sealed class TunnelFlowMissingCheck : TraceCheck
{
    /// <inheritdoc/>
    public override Cause Cause => CauseCatalogue.TunnelFlowMissing;

    private protected override Finding? Find(TracedWay way)
    {
        if (way.Bridge is not { Kind: HopKind.TunnelBridge } bridge || way.IsDelivered || way.End is not { } end
            || FlowOwner.IsForeign(way.Situation, way.Trace.Host, end))
        {
            return null;
        }
        var what = TracedWay.IsDrop(end) ? Dropped(end) : way.LeavesByTunnel ? Elsewhere(way, end) : null;
        // Sent to another node, it is lost behind the NIC and not at the bridge.
        var at = TracedWay.IsDrop(end) ? [bridge] : way.Hops.SkipWhile(h => h != bridge).ToList();
        return what is null ? null : Observed(
            way, bridge.Device, at, what, $"on {bridge.Host} restart neutron-openvswitch-agent, which asks for the entries anew") with
        {
            Explains = [CauseCatalogue.ExternalGatewayDead, CauseCatalogue.TunnelFiltered, CauseCatalogue.UnderlayUnreachable],
        };
    }

    private static string Dropped(OvsTraceStep end)
    {
        var why = end.Table switch
        {
            0 => "no flow takes it from where it comes in",
            2 or 20 or 22 => "no entry sends it into a tunnel",
            3 or 4 or 6 => "no flow gives the tunnel's segment a local VLAN",
            _ => "it ends there",
        };
        return $"{TracedWay.Text(end)}: {why}";
    }

    private static string? Elsewhere(TracedWay way, OvsTraceStep end)
    {
        var wanted = TunnelEnds.Of(way.Situation.Evidence, way.TunnelPeer);
        if (way.Remotes.Count == 0 || wanted.Count == 0)
            return null;
        var (gone, peer) = (string.Join(", ", way.Remotes), string.Join(", ", wanted));
        return $"{TracedWay.Text(end)}: it goes to {gone}, not to {way.TunnelPeer!.Name} ({peer})";
    }
}
