using System.Globalization;
using Steth.Diagnosis.Readiness.Pairs;

namespace Steth.Diagnosis.Readiness.Bandwidth;

/// <summary>Rates and patterns of runs in words.</summary>
internal static class BandwidthWords
{
    private static readonly string[] _units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];

    /// <summary><c>9.41 Gbit/s</c>.</summary>
    public static string Rate(double bitsPerSecond)
    {
        var (rate, unit) = (bitsPerSecond, 0);
        while (rate >= 1000 && unit < _units.Length - 1)
            (rate, unit) = (rate / 1000, unit + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{rate:0.##} {_units[unit]}");
    }

    /// <summary><c>9.41 Gbit/s</c>, or from the least to the most when they differ.</summary>
    public static string Range(IEnumerable<double> rates)
    {
        double[] sorted = [.. rates.Order()];
        var (least, most) = (Rate(sorted[0]), Rate(sorted[^1]));
        return least == most ? least : $"{least} to {most}";
    }

    /// <summary>Who is slow, and in which direction.</summary>
    public static string Slow(PairPattern pattern)
    {
        var (one, other) = (pattern.Nodes[0], pattern.Nodes[^1]);
        return pattern.Kind switch
        {
            PairPatternKind.Everywhere => $"every run between {PairWords.Names(pattern.Nodes)} is slow",
            PairPatternKind.Parts => $"runs between these parts are slow, and those within are not: {PairWords.Parts(pattern)}",
            PairPatternKind.Node => $"{one} is slow both ways, with {PairWords.PeersOf(pattern)}",
            PairPatternKind.NodeSends => $"{one} is slow when it sends, to {PairWords.PeersOf(pattern)}",
            PairPatternKind.NodeReceives => $"{one} is slow when it receives, from {PairWords.PeersOf(pattern)}",
            PairPatternKind.Between => $"{one} and {other} are slow with each other, both ways",
            _ => $"{one} is slow when it sends to {other}",
        };
    }

    /// <summary>Who does not reach whom.</summary>
    public static string Unconnected(PairPattern pattern)
    {
        var (one, other) = (pattern.Nodes[0], pattern.Nodes[^1]);
        return pattern.Kind switch
        {
            PairPatternKind.Everywhere => $"no run between {PairWords.Names(pattern.Nodes)} came about",
            PairPatternKind.Parts => $"no run between these parts came about: {PairWords.Parts(pattern)}",
            PairPatternKind.Node => $"no run of {one} came about, with {PairWords.PeersOf(pattern)}, either way",
            PairPatternKind.NodeSends => $"{one} cannot send to {PairWords.PeersOf(pattern)}",
            PairPatternKind.NodeReceives => $"{one} gets nothing from {PairWords.PeersOf(pattern)}",
            PairPatternKind.Between => $"no run between {one} and {other} came about, either way",
            _ => $"{one} cannot send to {other}",
        };
    }

    /// <summary>Where to look for what is slow.</summary>
    public static string SlowRemedy(PairPattern pattern) => pattern.Kind switch
    {
        PairPatternKind.Everywhere =>
            "Look at what all nodes share: the switch, its links, a limit on its ports; and at the CPUs and the NIC settings of the nodes.",
        PairPatternKind.Parts => "Look at the links between the switches of the parts: their speed, errors, members of a bond, load.",
        PairPatternKind.Node or PairPatternKind.NodeSends or PairPatternKind.NodeReceives =>
            $"Look at the NIC of {pattern.Nodes[0]}, its cable and its switch port: speed and duplex, errors, policing or shaping (tc "
                + $"qdisc show)"
            + (pattern.Kind == PairPatternKind.Node ? "."
                : $"; it is the way {(pattern.Kind == PairPatternKind.NodeSends ? "out of" : "into")} it."),
        _ => $"Look at the path between {pattern.Nodes[0]} and {pattern.Nodes[1]}: a member of a bond or of an ECMP group, a link "
            + $"between switches.",
    };

    /// <summary>Some names, the rest as a number.</summary>
    public static string Names(IEnumerable<string> nodes) => PairWords.Names([.. nodes.Distinct().Order(StringComparer.Ordinal)]);

    private static string Way(PairPatternKind kind) => kind switch
    {
        PairPatternKind.NodeSends => "; it is the way out of it",
        PairPatternKind.NodeReceives => "; it is the way into it",
        _ => "",
    };
}
