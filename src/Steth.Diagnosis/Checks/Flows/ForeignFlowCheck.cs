using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>I6: a flow without the agent's cookie drops the packet or leads it elsewhere.</summary>
public sealed class ForeignFlowCheck : TraceCheck
{
    /// <inheritdoc/>
    public override Cause Cause => CauseCatalogue.ForeignFlow;

    private protected override Finding? Find(TracedWay way)
    {
        if (way.IsDelivered)
            return null;
        var own = way.Steps.Where(s => way.Bridges.Any(b => b.Device == s.Bridge)).ToList();
        var step = own.LastOrDefault(s => FlowOwner.IsForeign(way.Situation, way.Trace.Host, s));
        if (step is null)
            return null;
        var agent = FlowOwner.AgentCookie(way.Situation, way.Trace.Host, step.Bridge);
        var whose = agent is null ? "the agent writes no such flow" : $"the agent's flows there have cookie {agent}";
        var strict = step.Match!.Length == 0 ? "" : $",{step.Match.Replace("\"", "", StringComparison.Ordinal)}";
        return Observed(
            way,
            step.Bridge,
            [.. way.Bridges.Where(b => b.Device == step.Bridge)],
            $"{TracedWay.Text(step)}; {whose}",
            $"on {way.Trace.Host} find out who wrote it, then run "
                + $"'ovs-ofctl del-flows {step.Bridge} \"cookie={step.Cookie}/-1,table={step.Table}{strict}\"'") with
        {
            Explains =
            [
                CauseCatalogue.FirewallDrop, CauseCatalogue.ProviderFlowMissing, CauseCatalogue.TunnelFlowMissing,
                CauseCatalogue.ExternalGatewayDead,
            ],
        };
    }
}
