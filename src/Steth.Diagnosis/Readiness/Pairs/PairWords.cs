using System.Globalization;

namespace Steth.Diagnosis.Readiness.Pairs;

/// <summary>Patterns in words.</summary>
internal static class PairWords
{
    private const int MostNames = 6;

    /// <summary>Between whom.</summary>
    public static string Where(PairPattern pattern) => pattern.Kind switch
    {
        PairPatternKind.Everywhere => $"between any two of {Names(pattern.Nodes)}",
        PairPatternKind.Parts => $"between these parts: {Parts(pattern)}",
        PairPatternKind.Between => $"between {pattern.Nodes[0]} and {pattern.Nodes[1]}",
        PairPatternKind.OneWay => $"from {pattern.Nodes[0]} to {pattern.Nodes[1]}",
        _ => $"between {pattern.Nodes[0]} and {PeersOf(pattern)}",
    };

    /// <summary>Some names, the rest as a number.</summary>
    public static string Names(IReadOnlyList<string> nodes) => nodes.Count <= MostNames
        ? string.Join(", ", nodes)
        : string.Create(CultureInfo.InvariantCulture, $"{nodes.Count} nodes ({string.Join(", ", nodes.Take(MostNames - 2))}, …)");

    /// <summary>The parts of a pattern.</summary>
    public static string Parts(PairPattern pattern) => string.Join(" | ", pattern.Parts.Select(p => $"{{{Names(p)}}}"));

    /// <summary>All nodes of a pattern but its first.</summary>
    public static string PeersOf(PairPattern pattern) =>
        Names([.. pattern.Pairs.SelectMany(p => (string[])[p.From, p.To]).Where(n =>
            n != pattern.Nodes[0]).Distinct().Order(StringComparer.Ordinal)]);
}
