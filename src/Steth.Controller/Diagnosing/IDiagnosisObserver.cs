using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;

namespace Steth.Controller.Diagnosing;

/// <summary>Is told how a diagnosis goes on, for a live view. Called from several threads, one call at a time.</summary>
public interface IDiagnosisObserver
{
    /// <summary>What is being done now: <c>asking 4 agents</c>, <c>listening on 12 devices</c>.</summary>
    void Stage(string what);

    /// <summary>The ways that will be watched, before anything is sent.</summary>
    void Ways(IReadOnlyList<ProbePath> ways);

    /// <summary>A frame of a probe was seen.</summary>
    void Seen(ProbeKind probe, Sighting sighting);
}
