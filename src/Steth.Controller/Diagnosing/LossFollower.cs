using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;

namespace Steth.Controller.Diagnosing;

/// <summary>
/// Where probes were lost: reads the counters again, follows their frames through the flow tables, tries what lies between.
/// </summary>
internal sealed class LossFollower(
    AgentCalls calls, IReadOnlyList<Node> nodes, DiagnosisEvidence evidence, HostFacts facts, IDiagnosisObserver? observer)
{
    /// <summary>Follows every loss.</summary>
    /// <returns>The evidence with what was found; as it was when nothing was lost.</returns>
    public async Task<DiagnosisEvidence> FollowAsync(CancellationToken cancellationToken)
    {
        var losses = Losses();
        if (losses.Count == 0)
            return evidence;
        observer?.Stage("following what was lost");
        var between = new LossControls(calls, nodes, evidence).TryAsync(losses, cancellationToken);
        // The counters of the packet filters are read before anything is sent again.
        var hosts = await facts.CollectAgainAsync(nodes, evidence.Hosts, cancellationToken);
        var traces = await TraceAsync(losses, cancellationToken);
        var (fabric, underlay) = await between;
        return evidence with { Hosts = hosts, Traces = traces, Fabric = fabric, Underlay = underlay };
    }

    private async Task<IReadOnlyList<TraceEvidence>> TraceAsync(List<Loss> losses, CancellationToken cancellationToken)
    {
        var traces = await new LossTraces(calls, nodes, evidence).TraceAsync(losses, cancellationToken);
        return await new LossCounters(calls, nodes, evidence).CountAsync(losses, traces, cancellationToken);
    }

    private List<Loss> Losses()
    {
        var losses = new List<Loss>();
        foreach (var probe in evidence.Probes.Where(p => p.Frame is not null && p.NotRun is null))
        {
            var outcome = ProbeReader.Read(evidence, probe);
            if (outcome.State is ProbeState.Lost or ProbeState.OutOfSight or ProbeState.Unanswered)
                losses.Add(new Loss(probe, outcome));
        }
        return losses;
    }
}

/// <summary>A probe that was lost.</summary>
/// <param name="Probe">The probe.</param>
/// <param name="Outcome">How far it came.</param>
internal sealed record Loss(ProbeEvidence Probe, ProbeOutcome Outcome);
