using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>I2: the integration bridge has no flow of Neutron's agent for the packet, as after a restart of Open vSwitch.</summary>
public sealed class FlowsGoneCheck : TraceCheck
{
    /// <inheritdoc/>
    public override Cause Cause => CauseCatalogue.FlowsGone;

    private protected override Finding? Find(TracedWay way)
    {
        if (way.Bridge is not { Kind: HopKind.IntegrationBridge } bridge || way.IsDelivered || !IsGone(way.End))
            return null;
        var what = way.End is null ? $"No table of {bridge.Device} was looked up"
            : $"{TracedWay.Text(way.End)}: the agent's flows are gone";
        return Observed(way, bridge.Device, [bridge], what,
            $"on {bridge.Host} restart neutron-openvswitch-agent, which writes the flows anew") with
        {
            Breaks = [],
            BreaksRequest = null,
            Explains =
            [
                CauseCatalogue.ProviderFlowMissing, CauseCatalogue.TunnelFlowMissing, CauseCatalogue.FirewallDrop,
                CauseCatalogue.ForeignFlow,
            ],
        };
    }

    // The tables of the firewall and against spoofing may lack a flow of one port; these have one for everything.
    private static bool IsGone(OvsTraceStep? end) => end switch
    {
        null => true,
        { Match: null } => end.Table is 0 or 30 or 31 or 59 or 60,
        _ => end is { Cookie: FlowOwner.Nobody, Match.Length: 0, Priority: 0, Table: 0 },
    };
}
