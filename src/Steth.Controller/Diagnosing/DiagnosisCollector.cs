using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Diagnosing;

/// <summary>Collects the evidence of a diagnosis: static facts of all nodes, then probes with captures on the whole way, then what explains a loss.</summary>
public sealed class DiagnosisCollector(AgentCalls calls)
{
    /// <summary>Collects.</summary>
    /// <returns>Agents that are silent are part of the evidence; nothing is thrown for them.</returns>
    public Task<DiagnosisCollection> CollectAsync(
        IReadOnlyList<Node> nodes, DiagnosisRequest request, IDiagnosisObserver? observer, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{calls.Timeout}");
}
