namespace Steth.Diagnosis.Readiness.Bandwidth;

/// <summary>Two nodes between which is measured, both ways.</summary>
/// <param name="One">Who sends first.</param>
/// <param name="Other">Who receives first.</param>
public readonly record struct NodePair(string One, string Other);
