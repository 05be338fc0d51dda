using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>A trace held against the way the packet should have gone on one node.</summary>
internal sealed partial class TracedWay
{
    private TracedWay(DiagnosisCase situation, TraceEvidence trace, IReadOnlyList<PathHop> hops)
    {
        Situation = situation;
        Trace = trace;
        Hops = hops;
        Bridges = [.. hops.Where(h => !h.CanBeCaptured)];
        Steps = Resumed(trace.Result!.Steps);
        Output = DatapathOutput.Parse(trace.Result.DatapathActions, VlanOf(trace.Result.Flow));
        var reached = Bridges.LastOrDefault(b => Steps.Any(s => s.Bridge == b.Device));
        Bridge = reached ?? (Bridges.Count > 0 ? Bridges[0] : null);
        End = reached is null ? null : Steps.Last(s => s.Bridge == reached.Device);
    }

    /// <summary>The case.</summary>
    public DiagnosisCase Situation { get; }

    /// <summary>The trace; it has a result.</summary>
    public TraceEvidence Trace { get; }

    /// <summary>The hops from entry to exit on the node, those two included where they are hops.</summary>
    public IReadOnlyList<PathHop> Hops { get; }

    /// <summary>The bridges among them, in the order in which the packet should pass.</summary>
    public IReadOnlyList<PathHop> Bridges { get; }

    /// <summary>The lookups, each with the bridge whose table it is.</summary>
    public IReadOnlyList<OvsTraceStep> Steps { get; }

    /// <summary>What comes out.</summary>
    public DatapathOutput Output { get; }

    /// <summary>The farthest bridge it came to; null: the way has none.</summary>
    public PathHop? Bridge { get; }

    /// <summary>The last lookup there; null: it came to none.</summary>
    public OvsTraceStep? End { get; }

    /// <summary>The exchange's network is carried in tunnels at this end of the node.</summary>
    public bool LeavesByTunnel => Bridges.Count > 0 && Bridges[^1].Kind == HopKind.TunnelBridge;

    /// <summary>It enters the node here and goes to one of its ports.</summary>
    public bool IsInbound => Bridges.Count > 0 && Bridges[^1].Kind == HopKind.IntegrationBridge
        && Bridges[0].Kind != HopKind.IntegrationBridge;

    /// <summary>The other ends of the tunnels it is put into.</summary>
    public IReadOnlyList<IPAddress> Remotes =>
    [
        .. Steps.SelectMany(s => s.Remarks).Select(r => Tunneling().Match(r)).Where(m => m.Success)
            .Select(m => IPAddress.Parse(m.Groups[1].Value)).Concat(Output.Tunnels.Select(t => t.Remote)).Distinct(),
    ];

    /// <summary>The node the packet goes to next by a tunnel; null: none is on the way.</summary>
    public HostEvidence? TunnelPeer
    {
        get
        {
            var leg = Situation.Outcome(Trace.Probe)!.Leg;
            var next = leg.SkipWhile(h => h != Bridges[^1]).FirstOrDefault(h => h.Host != Trace.Host);
            return LeavesByTunnel ? Situation.Evidence.Host(next?.Host) : null;
        }
    }

    /// <summary>It comes out where it should; by a tunnel, of the right one.</summary>
    public bool IsDelivered
    {
        get
        {
            if (!LeavesByTunnel)
                return Exit is not null;
            var wanted = TunnelEnds.Of(Situation.Evidence, TunnelPeer);
            return wanted.Count == 0 ? Remotes.Count > 0 : Remotes.Any(wanted.Contains);
        }
    }

    /// <summary>The exit among what comes out, with its tag; null: it does not come out there.</summary>
    public (string Device, int? Vlan)? Exit
    {
        get
        {
            var out1 = Output.Ports.Where(p => p.Device == Trace.Exit || Hops.Count > 0 && Hops[^1].Has(p.Device)).ToList();
            return out1.Count > 0 ? out1[0] : null;
        }
    }

    /// <summary>The way of a trace; null: it has no result, or is not of the leg that was lost.</summary>
    public static TracedWay? Of(DiagnosisCase situation, TraceEvidence trace)
    {
        if (trace.Result is null || situation.Outcome(trace.Probe) is not { } outcome || outcome.State == ProbeState.Answered
            || outcome.IsRequest != trace.IsRequest)
        {
            return null;
        }
        var entry = Index(outcome.Leg, 0, h => h.Host == trace.Host && h.Has(trace.Entry));
        if (entry < 0)
            entry = Index(outcome.Leg, 0, h => h.Host == trace.Host && !h.CanBeCaptured && HasPort(situation, h, trace.Entry));
        if (entry < 0)
            entry = Index(outcome.Leg, 0, h => h.Host == trace.Host && !h.CanBeCaptured);
        if (entry < 0)
            return null;
        var exit = Index(outcome.Leg, entry + 1, h => h.Host == trace.Host && h.Has(trace.Exit));
        var hops = exit < 0
            ? outcome.Leg.Skip(entry).TakeWhile((h, i) => h.Host == trace.Host && (i == 0 || !h.CanBeCaptured))
            : outcome.Leg.Skip(entry).Take(exit - entry + 1);
        return new TracedWay(situation, trace, [.. hops]);
    }

    /// <summary>Whether a flow lets nothing go on: no output, no other table.</summary>
    public static bool IsDrop(OvsTraceStep step) => step.Match is null || step.Actions.All(a => WithoutEffect().IsMatch(a));

    /// <summary>A flow for a reader.</summary>
    public static string Text(OvsTraceStep step) => step.Match is null
        ? string.Create(CultureInfo.InvariantCulture, $"table {step.Table} of {step.Bridge} has no flow for it")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"table {step.Table} of {step.Bridge}: priority={step.Priority}{(step.Match.Length == 0 ? "" : $",{step.Match}")}, "
                + $"cookie {step.Cookie}: {string.Join(',', step.Actions)}");

    // What comes back from conntrack is printed below the bridge the packet entered; its tables are those of the bridge that asked.
    private static List<OvsTraceStep> Resumed(IReadOnlyList<OvsTraceStep> steps)
    {
        var result = new List<OvsTraceStep>();
        (string Printed, string Real)? moved = null;
        foreach (var printed in steps)
        {
            var step = IsMiss(printed) ? printed with { Match = null, Priority = null, Cookie = null } : printed;
            if (step.Remarks.Any(r => r.StartsWith("recirc(", StringComparison.Ordinal)))
            {
                var asked = string.Create(CultureInfo.InvariantCulture, $"table={step.Table}");
                var asker = result.LastOrDefault(s => s.Actions
                    .Any(a => ConntrackTable().Match(a) is { Success: true } m && m.Value == asked));
                moved = asker is null ? null : (step.Bridge, asker.Bridge);
            }
            else if (step.Table == 0)
                moved = null;
            result.Add(moved is { } to && step.Bridge == to.Printed ? step with { Bridge = to.Real } : step);
        }
        return result;
    }

    // What no flow matches behind a patch is printed as a flow of Open vSwitch's own hidden table.
    private static bool IsMiss(OvsTraceStep step) => step is { Match: "reg0=0x1" or "reg0=0x2" or "reg0=0x3", Priority: 0, Cookie: "0x0" };

    private static bool HasPort(DiagnosisCase situation, PathHop bridge, string port) =>
        situation.Evidence.Host(bridge.Host)?.Ovs?.Bridges.FirstOrDefault(b => b.Name == bridge.Device)?.Ports
            .Any(p => p.Name == port) == true;

    private static int Index(IReadOnlyList<PathHop> hops, int from, Predicate<PathHop> wanted)
    {
        for (var i = from; i < hops.Count; i++)
        {
            if (wanted(hops[i]))
                return i;
        }
        return -1;
    }

    private static int? VlanOf(string flow) =>
        EntryVlan().Match(flow) is { Success: true } tag ? int.Parse(tag.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"(?<=,)dl_vlan=(\d+)")]
    private static partial Regex EntryVlan();

    [GeneratedRegex(@"^tunneling to (\S+) via ")]
    private static partial Regex Tunneling();

    [GeneratedRegex(@"(?<=^ct\(.*)table=\d+")]
    private static partial Regex ConntrackTable();

    [GeneratedRegex(@"^(drop|set_field:.*|load:.*|move:.*|pop_vlan|push_vlan:.*|ct_clear|ct\((?!.*table=).*|learn\(.*)$")]
    private static partial Regex WithoutEffect();
}
