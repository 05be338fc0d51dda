using Steth.Controller.Diagnosing;
using Steth.Controller.Inventory;

namespace Steth.Cli.Commands;

/// <summary>Collects the evidence of a diagnosis; see <see cref="DiagnosisCollector"/>.</summary>
public delegate Task<DiagnosisCollection> CollectEvidence(
    IReadOnlyList<Node> nodes, DiagnosisRequest request, IDiagnosisObserver? observer, CancellationToken cancellationToken);
