using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Diagnosing;

/// <summary>
/// Collects the evidence of a diagnosis: what every node tells of itself, then probes with captures on their whole way, then, where one was
/// lost, what explains it.
/// </summary>
/// <param name="calls">The agents.</param>
/// <param name="version">Version of steth, for the evidence.</param>
public sealed class DiagnosisCollector(AgentCalls calls, string version)
{
    /// <summary>Collects.</summary>
    /// <returns>Agents that are silent are part of the evidence; nothing is thrown for them.</returns>
    public async Task<DiagnosisCollection> CollectAsync(
        IReadOnlyList<Node> nodes, DiagnosisRequest request, IDiagnosisObserver? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(request);
        var start = calls.Time.GetTimestamp();
        observer?.Stage(FormattableString.Invariant($"asking {nodes.Count} agents"));
        var symptoms = request.Symptoms ?? ProbePlan.Applicable(request.Port, request.Peer is not null);
        var facts = new HostFacts(calls, request.Port, request.Peer, symptoms.Contains(Symptom.NoMetadata));
        var hosts = await facts.CollectAsync(nodes, cancellationToken);
        var evidence = new DiagnosisEvidence
        {
            TakenAt = calls.Time.GetUtcNow(),
            Version = version,
            Symptoms = symptoms,
            Port = request.Port,
            Peer = request.Peer,
            Hosts = hosts,
        };
        // Nothing is sent for a port whose way is not followed: it would tell nothing.
        if (Architecture.Unsupported(new DiagnosisCase(evidence)) is null)
            evidence = evidence with { Probes = ProbePlan.Make(evidence, request.Outside) };
        var run = new ProbeRun(calls, nodes, evidence, observer);
        evidence = await run.RunAsync(TimeSpan.FromSeconds(request.WaitSeconds), cancellationToken);
        evidence = await new LossFollower(calls, nodes, evidence, facts, observer).FollowAsync(cancellationToken);
        return new DiagnosisCollection(
            evidence with
            {
                Notes = [.. request.Notes, .. facts.Notes, .. LeftOut(request)],
                TookMs = (long)(request.LookUpTook + calls.Time.GetElapsedTime(start)).TotalMilliseconds,
            },
            run.Frames);
    }

    // A guest that waits for an address on a network without DHCP is not healthy for having no symptom that applies.
    private static IEnumerable<string> LeftOut(DiagnosisRequest request)
    {
        if (request.Symptoms is null && request.Port.Subnets.Count > 0 && request.Port.Subnets.All(s => s.DhcpEnabled == false))
            yield return "DHCP is off on the subnets of the port's network, so no-ip was not looked for; --symptom no-ip looks for it.";
    }
}
