namespace Steth.Diagnosis.Readiness.Pairs;

/// <summary>A sender and a receiver.</summary>
/// <param name="From">The sending node.</param>
/// <param name="To">The receiving node.</param>
public readonly record struct DirectedPair(string From, string To)
{
    /// <summary>The way back.</summary>
    public DirectedPair Reversed => new(To, From);

    /// <summary><c>comp1 to comp2</c>.</summary>
    public override string ToString() => $"{From} to {To}";
}
