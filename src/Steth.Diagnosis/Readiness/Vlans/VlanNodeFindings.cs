using System.Globalization;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>Nodes whose NIC has no link, and those of which something could not be measured.</summary>
internal sealed class VlanNodeFindings(VlanEvidence evidence, VlanMatrix matrix)
{
    /// <summary>NICs without a link.</summary>
    public IEnumerable<CheckFinding> Down() => evidence.Nodes.Where(node => node.IsDown).Select(node => new CheckFinding
    {
        Id = "vlan-nic-down",
        State = CheckState.Fail,
        Summary = node.AdminUp == false ? $"{node.Port} is down: nothing crosses" : $"{node.Port} has no carrier: nothing crosses",
        Nodes = [node.Name],
        Evidence = [node.AdminUp == false ? $"{node.Nic} is administratively down" : $"{node.Nic} is up, but its link has no carrier"],
        Remedy = node.AdminUp == false
            ? $"Bring it up on {node.Name}: ip link set {node.Nic} up."
            : $"Look at the cable and at the switch port of {node.Port}.",
    });

    /// <summary>What could not be measured, by node and reason.</summary>
    public IEnumerable<CheckFinding> Unknown() =>
    [
        .. evidence.Nodes.Where(node => node.Silent is null && node.Problem is not null)
            .Select(node => Finding("vlan-not-measured", [node.Name], $"{node.Name} could not be probed: {node.Problem}", [], null)),
        .. OfPairs(),
    ];

    private IEnumerable<CheckFinding> OfPairs() =>
        from pair in matrix.Pairs()
        from kind in matrix.Kinds
        let read = matrix.Pair(pair.Sender, pair.Receiver, kind)
        let vlans = read.Unknown.Intersect(evidence.Vlans)
        where read.Why is not null && !vlans.IsEmpty
        let why = read.Why!.Value
        group (pair.Sender, pair.Receiver, Vlans: vlans) by (Why: why, Node: Blamed(why, pair.Sender, pair.Receiver)) into found
        orderby found.Key.Node, found.Key.Why
        select Finding(found.Key.Why, found.Key.Node, [.. found]);

    private CheckFinding Finding(VlanUnknown why, int blamed, IReadOnlyList<(int Sender, int Receiver, VlanSet Vlans)> pairs)
    {
        var node = evidence.Nodes[blamed];
        var vlans = pairs.Aggregate(VlanSet.Empty, (all, pair) => all.Union(pair.Vlans));
        var what = VlanWords.Vlans(vlans);
        IReadOnlyList<string> lines = [.. VlanWords.Pairs(pairs.Select(pair => (Name(pair.Sender), Name(pair.Receiver))).Distinct())];
        return why switch
        {
            VlanUnknown.NotSent => Finding("vlan-not-measured", [node.Name],
                $"{node.Name} could not send: {Problem(round => round.SendProblem(blamed))}", lines, null),
            VlanUnknown.NotHeard => Finding("vlan-not-measured", [node.Name],
                $"{node.Name} could not listen: {Problem(round => round.ListenProblem(blamed))}", lines, null),
            VlanUnknown.NotWatched => Finding("vlan-not-measured", [node.Name],
                $"whether {node.Name}'s probes left is not known, because it could not listen: "
                + $"{Problem(round => round.ListenProblem(blamed))}", lines, null),
            VlanUnknown.Dropped => Finding("vlan-frames-dropped", [node.Name],
                string.Create(CultureInfo.InvariantCulture,
                    $"{node.Name} dropped {evidence.Rounds.Sum(round => round.Dropped(blamed))} frames while it listened: {what} not told"),
                lines, "Try again with fewer probes a second (--pps)."),
            VlanUnknown.NotLeft => Finding("vlan-not-measured", [node.Name],
                $"{node.Name}'s kernel took the probes of {what}, but they were not seen leaving {node.Nic}", lines,
                $"Look at the queue and the filters (tc, nft netdev) of {node.Nic} on {node.Name}."),
            VlanUnknown.Deaf => Finding("vlan-not-measured", [node.Name],
                $"{node.Name} saw nothing on {node.Nic}, not even its own probes: that nothing arrived proves nothing", lines, null),
            _ => Finding("vlan-not-measured", [node.Name],
                $"{node.Name} misses {what} and so many other frames that this may be by chance", lines,
                "Find out where frames are lost (`steth check mesh`), then try again."),
        };
    }

    private static int Blamed(VlanUnknown why, int sender, int receiver) =>
        why is VlanUnknown.NotSent or VlanUnknown.NotWatched or VlanUnknown.NotLeft ? sender : receiver;

    private string Problem(Func<VlanRound, string?> read) => evidence.Rounds.Select(read).First(problem => problem is not null)!;

    private string Name(int node) => evidence.Nodes[node].Name;

    private static CheckFinding Finding(
        string id, IReadOnlyList<string> nodes, string summary, IReadOnlyList<string> shown, string? remedy) => new()
        {
            Id = id,
            State = CheckState.Unknown,
            Summary = summary,
            Nodes = nodes,
            Evidence = shown,
            Remedy = remedy,
        };
}
