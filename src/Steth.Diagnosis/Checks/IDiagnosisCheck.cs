using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>Looks for one cause. Pure: the same case gives the same findings.</summary>
public interface IDiagnosisCheck
{
    /// <summary>The cause it looks for.</summary>
    Cause Cause { get; }

    /// <summary>What it found; empty: the cause is ruled out, or its evidence is not there and nothing failed.</summary>
    /// <param name="situation">The evidence with its paths and outcomes.</param>
    IEnumerable<Finding> Judge(DiagnosisCase situation);
}
