using System.Text.RegularExpressions;
using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>
/// Tells the flows of Neutron's agent from those of others by their cookies: an agent writes all flows of a bridge with one.
/// </summary>
internal static partial class FlowOwner
{
    /// <summary>The cookie no agent of Neutron writes.</summary>
    public const string Nobody = "0x0";

    /// <summary>The cookie of most flows that handed packets on at a bridge; null: none that traces met has one.</summary>
    /// <remarks>What ends a packet's way may be anybody's.</remarks>
    public static string? AgentCookie(DiagnosisCase situation, string host, string bridge) =>
        situation.Evidence.Traces.Where(t => t.Host == host).Select(t => TracedWay.Of(situation, t)).OfType<TracedWay>()
            .SelectMany(w => w.Steps).Where(s => s.Bridge == bridge && s.Cookie is not (null or Nobody) && !TracedWay.IsDrop(s))
            .GroupBy(s => s.Cookie).OrderByDescending(g => g.Count()).FirstOrDefault()?.Key;

    /// <summary>A flow somebody else than the agent wrote, for particular packets.</summary>
    public static bool IsForeign(DiagnosisCase situation, string host, OvsTraceStep step)
    {
        if (step.Match is not { } match || step.Cookie is not { } cookie)
            return false;
        // Open vSwitch itself gives a standalone bridge one flow for everything.
        if (cookie == Nobody)
            return match.Length > 0 || step.Priority > 0;
        if (AgentCookie(situation, host, step.Bridge) is { } agent)
            return cookie != agent;
        // Where no other flow vouches for the cookie: of table 0 the agent drops all, all of one port, or the dead VLAN, nothing finer.
        return step.Table == 0 && TracedWay.IsDrop(step) && !OwnDrop().IsMatch(match);
    }

    [GeneratedRegex("^(in_port=[^,]+|dl_vlan=4095)?$")]
    private static partial Regex OwnDrop();
}
