namespace Steth.Diagnosis.Readiness.Pairs;

/// <summary>Why a pair could not be measured.</summary>
/// <param name="Node">At which node.</param>
/// <param name="Reason">One sentence.</param>
/// <param name="Silent">Its agent is silent, which is told elsewhere already.</param>
public sealed record PairProblem(string Node, string Reason, bool Silent);
