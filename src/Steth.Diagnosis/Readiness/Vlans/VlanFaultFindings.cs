using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>What the reasons are called, what shows them and what to do.</summary>
internal sealed class VlanFaultFindings(
    VlanEvidence evidence, VlanMatrix matrix, IReadOnlyDictionary<VlanProbeKind, VlanFaultTable> tables)
{
    /// <summary>The findings, the widest first.</summary>
    public IEnumerable<CheckFinding> All()
    {
        var plain = tables[VlanProbeKind.Plain];
        var asked = matrix.Asked(VlanProbeKind.Plain);
        if (plain.VlansOf(VlanFaultKind.Nowhere, 0).Equals(asked))
            return [NothingCrosses()];
        var isolated = matrix.Probed.Where(node => IsIsolated(plain, node)).ToHashSet();
        return
        [
            .. isolated.Order().Select(Isolated),
            .. matrix.Kinds.SelectMany(kind => OfKind(kind, isolated)),
        ];
    }

    private IEnumerable<CheckFinding> OfKind(VlanProbeKind kind, HashSet<int> isolated)
    {
        var table = tables[kind];
        foreach (var (_, vlans) in Wanted(table.Of(VlanFaultKind.Nowhere)))
            yield return Nowhere(kind, vlans);
        foreach (var (fault, vlans) in Wanted(table.Of(VlanFaultKind.Split)))
            yield return Split(kind, fault, vlans);
        foreach (var (fault, vlans) in Wanted(table.Of(VlanFaultKind.Missing)).Where(entry => !isolated.Contains(entry.Fault.Node)))
            yield return Missing(kind, fault, vlans);
        foreach (var (fault, vlans) in Wanted(table.Of(VlanFaultKind.Mute)).Concat(Wanted(table.Of(VlanFaultKind.Deaf))))
            yield return OneSided(kind, fault, vlans);
        foreach (var (vlans, pairs) in table.PairsOf(VlanFaultKind.OneWay).Where(entry => !Wanted(entry.Vlans).IsEmpty))
            yield return OneWay(kind, pairs, Wanted(vlans));
        foreach (var (vlans, pairs) in table.PairsOf(VlanFaultKind.Pair).Where(entry => !Wanted(entry.Vlans).IsEmpty))
            yield return Pairs(kind, pairs, Wanted(vlans));
    }

    private CheckFinding NothingCrosses() => Finding("vlan-nothing-crosses", matrix.Probed,
        $"no frame crosses between {Names(matrix.Probed)}, tagged or not",
        [.. Ports(matrix.Probed), $"{VlanWords.Capital(matrix.Asked(VlanProbeKind.Plain))}: every copy left, none arrived anywhere"],
        "Look at the cables and at the switch ports: are these NICs in one fabric, and which VLANs do the ports carry?");

    private CheckFinding Isolated(int node) => Finding("vlan-node-isolated", [node],
        $"no frame crosses to or from {Port(node)}, tagged or not, though it has a link",
        [
            $"{Name(node)} hears nobody and nobody hears it; the others hear each other",
            $"{VlanWords.Capital(matrix.Asked(VlanProbeKind.Plain))}: every copy left, none arrived",
        ],
        $"See that {Port(node)} is plugged into the right switch port and that the port is enabled and in this fabric.");

    private CheckFinding Nowhere(VlanProbeKind kind, VlanSet vlans) => Finding(Id(kind, "vlan-nowhere"), matrix.Probed,
        matrix.Probed.Count == 2
            ? $"{Subject(kind, vlans)} not cross between {Names(matrix.Probed)}"
            : $"{Subject(kind, vlans)} not cross between any two nodes{(kind == VlanProbeKind.Plain ? ": not trunked anywhere" : "")}",
        [Groups(vlans), "every copy was seen leaving, none arrived anywhere", .. Controls(kind, vlans, matrix.Probed)],
        kind == VlanProbeKind.Plain
            ? $"Allow {VlanWords.Vlans(vlans)} on the switch ports of the nodes and between the switches."
            : Remedy(kind));

    private CheckFinding Split(VlanProbeKind kind, VlanFault fault, VlanSet vlans) => Finding(Id(kind, "vlan-split"),
        [.. fault.Groups.SelectMany(group => group)],
        $"{Subject(kind, vlans)} not cross between {VlanWords.Groups(fault.Groups.Select(group => group.Select(Name)))}",
        ["the nodes within a group hear each other, those of different groups do not", .. Controls(kind, vlans, fault.Groups[0])],
        kind == VlanProbeKind.Plain
            ? $"Allow {VlanWords.Vlans(vlans)} on the links between the switches of these groups."
            : Remedy(kind));

    private CheckFinding Missing(VlanProbeKind kind, VlanFault fault, VlanSet vlans) => Finding(Id(kind, "vlan-missing"), [fault.Node],
        kind == VlanProbeKind.Plain
            ? $"{VlanWords.Vlans(vlans)} missing on {Name(fault.Node)}'s port ({Port(fault.Node)})"
            : $"{Subject(kind, vlans)} not cross to or from {Port(fault.Node)}",
        [
            Groups(vlans),
            $"{Name(fault.Node)} hears nobody in {Them(vlans)} and nobody hears it; the others hear each other",
            .. Controls(kind, vlans, [fault.Node]),
        ],
        kind == VlanProbeKind.Plain ? $"Allow {VlanWords.Vlans(vlans)} on the switch port of {Port(fault.Node)}." : Remedy(kind));

    private CheckFinding OneSided(VlanProbeKind kind, VlanFault fault, VlanSet vlans)
    {
        var (node, others) = (fault.Node, Names(fault.Groups[1]));
        return fault.Kind == VlanFaultKind.Mute
            ? Finding(Id(kind, "vlan-one-way"), [node],
                $"{Subject(kind, vlans)} not cross from {Name(node)} to {others}; it hears them",
                [$"what {Name(node)} sends was seen leaving {Port(node)} and arrives at none of them", .. Controls(kind, vlans, [node])],
                $"Look for an ACL or a filter on what comes in by the switch port of {Port(node)}.")
            : Finding(Id(kind, "vlan-one-way"), [node],
                $"{Subject(kind, vlans)} not cross to {Name(node)} from {others}; they hear it",
                [$"what they send was seen leaving and does not arrive at {Port(node)}", .. Controls(kind, vlans, [node])],
                $"Look for an ACL or a filter on what goes out by the switch port of {Port(node)}.");
    }

    private CheckFinding OneWay(VlanProbeKind kind, IReadOnlyList<VlanFault> pairs, VlanSet vlans) => Finding(
        Id(kind, "vlan-one-way"),
        Of(pairs),
        pairs is [var only]
            ? $"{Subject(kind, vlans)} not cross from {Name(only.Node)} to {Name(only.Other)}; "
                + $"the other way {VlanWords.It(vlans)} {VlanWords.Do(vlans)}"
            : $"{Subject(kind, vlans)} cross one way only between {Count(pairs.Count, "pair")}: not {Some(pairs)}",
        [.. Lines(pairs), "every copy was seen leaving and none arrived; the other way they arrive"],
        pairs is [var one]
            ? $"Look for an ACL or a filter of one direction between {Port(one.Node)} and {Port(one.Other)}."
            : "Look for an ACL or a filter of one direction between these nodes.");

    private CheckFinding Pairs(VlanProbeKind kind, IReadOnlyList<VlanFault> pairs, VlanSet vlans) =>
        Finding(Id(kind, "vlan-blocked"), Of(pairs),
        pairs is [var only]
            ? $"{Subject(kind, vlans)} not cross between {Name(only.Node)} and {Name(only.Other)}; both hear others"
            : $"{Subject(kind, vlans)} not cross between {Count(pairs.Count, "pair")}, each of which hears others: {Some(pairs)}",
        [.. Lines(pairs), "every copy was seen leaving and none arrived, in both directions"],
        "Look for private VLANs, ACLs or port isolation between these nodes.");

    // A node that no frame leaves or reaches, though untagged frames do cross between others.
    private bool IsIsolated(VlanFaultTable plain, int node)
    {
        var missing = plain.VlansOf(VlanFaultKind.Missing, node);
        return missing.Contains(VlanSet.Untagged)
            && missing.Union(plain.VlansOf(VlanFaultKind.Nowhere, node)).Equals(matrix.Asked(VlanProbeKind.Plain));
    }

    /// <summary>What else crosses: it tells a VLAN's trouble from a cable's.</summary>
    private IEnumerable<string> Controls(VlanProbeKind kind, VlanSet vlans, IReadOnlyList<int> nodes)
    {
        if (kind != VlanProbeKind.Plain)
        {
            yield return $"short frames with one tag do cross in {Them(vlans)}";
            yield break;
        }
        var heard = VlanSet.Empty;
        foreach (var (sender, receiver) in matrix.Pairs().Where(pair => nodes.Contains(pair.Sender) != nodes.Contains(pair.Receiver)
            || nodes.Count == matrix.Probed.Count))
            heard = heard.Union(matrix.Pair(sender, receiver, kind).Heard);
        var tagged = heard.Except(VlanSet.UntaggedOnly).Except(vlans);
        if (heard.Contains(VlanSet.Untagged))
            yield return "untagged frames do cross: the link is good";
        if (!tagged.IsEmpty)
            yield return $"{VlanWords.Vlans(tagged)} {VlanWords.Do(tagged)} cross";
        if (heard.IsEmpty)
            yield return "nothing else crosses either, nor do untagged frames: the port's VLANs, or the link itself";
    }

    private string Groups(VlanSet vlans)
    {
        var vlan = vlans.Members().First();
        var groups = VlanGroups.Of(matrix.Probed, (a, b) => !IsBroken(a, b, vlan) && !IsBroken(b, a, vlan));
        return $"{VlanWords.Capital(vlans)}: {VlanWords.Groups(groups.Select(group => group.Select(Name)))}";
    }

    private bool IsBroken(int sender, int receiver, int vlan) =>
        matrix.State(sender, receiver, VlanProbeKind.Plain, vlan) == VlanPairState.Broken;

    private string Subject(VlanProbeKind kind, VlanSet vlans) => kind == VlanProbeKind.Plain
        ? $"{VlanWords.Vlans(vlans)} {VlanWords.Do(vlans)}"
        : $"{VlanWords.Frames(kind, evidence.FullSizeBytes)} in {VlanWords.Vlans(vlans)} do";

    private static string Remedy(VlanProbeKind kind) => kind == VlanProbeKind.DoubleTagged
        ? "See whether the switches pass frames with two tags (802.1ad, dot1q-tunnel), and with which EtherType."
        : "Raise the MTU of the switch ports: a tag takes 4 bytes beyond the NIC's MTU.";

    private IEnumerable<(VlanFault Fault, VlanSet Vlans)> Wanted(IEnumerable<(VlanFault Fault, VlanSet Vlans)> faults) =>
        faults.Select(entry => (entry.Fault, Wanted(entry.Vlans))).Where(entry => !entry.Item2.IsEmpty);

    // Untagged frames are a control: where they do not cross is a fault only when they were asked for.
    private VlanSet Wanted(VlanSet vlans) => vlans.Intersect(evidence.Vlans);

    private IEnumerable<string> Lines(IReadOnlyList<VlanFault> pairs) =>
        VlanWords.Pairs(pairs.Select(pair => (Name(pair.Node), Name(pair.Other))));

    private string Some(IReadOnlyList<VlanFault> pairs) =>
        VlanWords.Names(pairs.Select(pair => $"{Name(pair.Node)} -> {Name(pair.Other)}"));

    private IEnumerable<string> Ports(IEnumerable<int> nodes) => nodes.Select(Port);

    private static IReadOnlyList<int> Of(IReadOnlyList<VlanFault> pairs) =>
        [.. pairs.SelectMany(pair => (int[])[pair.Node, pair.Other]).Distinct().Order()];

    private static string Them(VlanSet vlans) => vlans.Count == 1 ? "it" : "them";

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}s");

    // Who is concerned makes a finding of its own for VLANs only; other frames are told by their kind.
    private static string Id(VlanProbeKind kind, string plain) => kind switch
    {
        VlanProbeKind.DoubleTagged => "vlan-double-tag",
        VlanProbeKind.FullSize => "vlan-full-size",
        _ => plain,
    };

    private string Name(int node) => evidence.Nodes[node].Name;

    private string Port(int node) => evidence.Nodes[node].Port;

    private string Names(IEnumerable<int> nodes) => VlanWords.Names(nodes.Select(Name));

    private CheckFinding Finding(string id, IReadOnlyList<int> nodes, string summary, IReadOnlyList<string> shown, string remedy) => new()
    {
        Id = id,
        State = CheckState.Fail,
        Summary = summary,
        Nodes = [.. nodes.Select(Name)],
        Evidence = shown,
        Remedy = remedy,
    };
}
