using System.Globalization;
using Steth.Diagnosis.Readiness.Pairs;

namespace Steth.Diagnosis.Readiness.Mesh;

/// <summary>What is lost or late, and where to look, in words.</summary>
internal static class MeshWords
{
    /// <summary>What is lost where.</summary>
    /// <param name="pattern">Where.</param>
    /// <param name="percent">Of what was sent there, 0–100.</param>
    public static string Loss(PairPattern pattern, double percent)
    {
        var some = string.Create(CultureInfo.InvariantCulture, $"{percent:0.#}%");
        var (one, other) = (pattern.Nodes[0], pattern.Nodes[^1]);
        var peers = PairWords.PeersOf(pattern);
        return (pattern.Kind, percent == 100) switch
        {
            (PairPatternKind.Everywhere, true) => $"nothing passes between any two of {PairWords.Names(pattern.Nodes)}",
            (PairPatternKind.Everywhere, false) => $"{some} is lost between any two of {PairWords.Names(pattern.Nodes)}",
            (PairPatternKind.Parts, true) => $"the nodes fall into parts that do not hear each other: {PairWords.Parts(pattern)}",
            (PairPatternKind.Parts, false) => $"{some} is lost between these parts, and less within: {PairWords.Parts(pattern)}",
            (PairPatternKind.Node, true) => $"{one} is cut off: nothing passes between it and {peers}",
            (PairPatternKind.Node, false) => $"{some} is lost between {one} and {peers}, both ways",
            (PairPatternKind.NodeSends, true) => $"nothing that {one} sends arrives at {peers}",
            (PairPatternKind.NodeSends, false) => $"{some} of what {one} sends is lost on the way to {peers}",
            (PairPatternKind.NodeReceives, true) => $"nothing that {peers} send arrives at {one}",
            (PairPatternKind.NodeReceives, false) => $"{some} of what {peers} send is lost on the way to {one}",
            (PairPatternKind.Between, true) => $"nothing passes between {one} and {other}, either way",
            (PairPatternKind.Between, false) => $"{some} is lost between {one} and {other}, both ways",
            (_, true) => $"nothing that {one} sends arrives at {other}",
            _ => $"{some} of what {one} sends is lost on the way to {other}",
        };
    }

    /// <summary>Where to look for a loss.</summary>
    public static string LossRemedy(PairPattern pattern) => pattern.Kind switch
    {
        PairPatternKind.Everywhere =>
            "Look at what all nodes share: the switch, its VLAN for this network, a packet filter that all nodes have "
            + "(the probes are UDP).",
        PairPatternKind.Parts => "Look at the links between the switches of the parts, and whether they carry this network's VLAN.",
        PairPatternKind.Node or PairPatternKind.NodeSends or PairPatternKind.NodeReceives =>
            $"Look at the NIC of {pattern.Nodes[0]} on this network, its cable and its switch port (errors, speed, duplex, policing), "
                + $"and at its "
            + "packet filters (nft list ruleset; the probes are UDP).",
        _ => $"Look at the path between {pattern.Nodes[0]} and {pattern.Nodes[1]}: an access list, a member of a bond or of an ECMP "
            + $"group, a "
            + "neighbour entry (ip neigh) that is wrong, packet filters of the two.",
    };

    /// <summary>Where to look for a delay.</summary>
    public static string DelayRemedy(PairPattern pattern) => pattern.Kind switch
    {
        PairPatternKind.Node or PairPatternKind.NodeSends or PairPatternKind.NodeReceives =>
            $"Look at the load of {pattern.Nodes[0]}, its NIC's speed and duplex, and which way its packets take (ip route get).",
        _ => "Look at the load of the nodes and of the links between them, and which way the packets take (ip route get, tracepath).",
    };
}
