using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>Tells the flows of Neutron's agent from those of others by their cookies: an agent writes all flows of a bridge with one.</summary>
internal static class FlowOwner
{
    /// <summary>The cookie no agent of Neutron writes.</summary>
    public const string Nobody = "0x0";

    /// <summary>The cookie of most flows that traces met on a bridge; null: none has one.</summary>
    public static string? AgentCookie(DiagnosisCase situation, string host, string bridge)
    {
        var steps = situation.Evidence.Traces.Where(t => t.Host == host).Select(t => TracedWay.Of(situation, t)).OfType<TracedWay>()
            .SelectMany(w => w.Steps).Where(s => s.Bridge == bridge && s.Cookie is not (null or Nobody)).ToList();
        // What hands a packet on to the next table is the agent's own frame; what ends its way may be anybody's.
        var handing = steps.Where(s => s.Actions.Any(a => a.StartsWith("goto_table", StringComparison.Ordinal)
            || a.StartsWith("resubmit", StringComparison.Ordinal))).ToList();
        return (handing.Count > 0 ? handing : steps).GroupBy(s => s.Cookie).OrderByDescending(g => g.Count()).FirstOrDefault()?.Key;
    }

    /// <summary>A flow somebody else than the agent wrote, for particular packets.</summary>
    public static bool IsForeign(DiagnosisCase situation, string host, OvsTraceStep step)
    {
        if (step.Match is not { } match || step.Cookie is not { } cookie)
            return false;
        // Open vSwitch itself gives a standalone bridge one flow for everything.
        if (cookie == Nobody)
            return match.Length > 0 || step.Priority > 0;
        return AgentCookie(situation, host, step.Bridge) is { } agent && cookie != agent;
    }
}
