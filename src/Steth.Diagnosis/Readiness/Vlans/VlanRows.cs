using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>The results one by one: a row a VLAN and directed pair.</summary>
internal sealed class VlanRows(VlanEvidence evidence, VlanMatrix matrix)
{
    private readonly Lazy<IReadOnlyList<Row>> _pairs = new(() => [.. Read(evidence, matrix)]);

    /// <summary>How many there are of each state.</summary>
    public VlanResultCounts Counts()
    {
        var (pass, fail, unknown) = (0L, 0L, 0L);
        foreach (var pair in _pairs.Value)
        {
            fail += pair.Failed.Count;
            unknown += pair.Unknown.Count;
            pass += evidence.Vlans.Count - pair.Failed.Count - pair.Unknown.Count;
        }
        return new VlanResultCounts(pass, fail, unknown);
    }

    /// <summary>The rows that are listed.</summary>
    public IReadOnlyList<VlanResult> Results()
    {
        var isAll = _pairs.Value.Count * (long)evidence.Vlans.Count <= VlanReport.MostResults;
        var rows = from vlan in evidence.Vlans.Members()
                   from pair in _pairs.Value
                   let state = pair.StateOf(vlan)
                   where isAll || state != CheckState.Pass
                   select Result(pair, vlan, state);
        return [.. rows.Take(VlanReport.MostResults)];
    }

    /// <summary>The directed pairs.</summary>
    public IReadOnlyList<VlanPairResult> Pairs() =>
        [.. _pairs.Value.Select(pair => new VlanPairResult(Name(pair.Sender), Name(pair.Receiver), pair.Failed, pair.Unknown))];

    private VlanResult Result(Row pair, int vlan, CheckState state)
    {
        var (sent, received) = (0, 0);
        foreach (var round in evidence.Rounds)
        {
            foreach (var kind in matrix.Kinds)
            {
                sent += round.Sent(pair.Sender, kind).Contains(vlan) ? 1 : 0;
                received += round.Arrived(pair.Sender, pair.Receiver, kind).Contains(vlan) ? 1 : 0;
            }
        }
        return new VlanResult
        {
            Vlan = vlan,
            From = Name(pair.Sender),
            To = Name(pair.Receiver),
            Sent = sent,
            Received = received,
            State = state,
        };
    }

    private string Name(int node) => evidence.Nodes[node].Name;

    private static IEnumerable<Row> Read(VlanEvidence evidence, VlanMatrix matrix)
    {
        for (var sender = 0; sender < evidence.Nodes.Count; sender++)
        {
            for (var receiver = 0; receiver < evidence.Nodes.Count; receiver++)
            {
                if (receiver != sender && ReadOne(evidence, matrix, sender, receiver) is { } row)
                    yield return row;
            }
        }
    }

    private static Row? ReadOne(VlanEvidence evidence, VlanMatrix matrix, int sender, int receiver)
    {
        var (from, to) = (evidence.Nodes[sender], evidence.Nodes[receiver]);
        if (from.IsProbed && to.IsProbed)
        {
            var pairs = matrix.Kinds.Select(kind => matrix.Pair(sender, receiver, kind)).ToArray();
            if (pairs[0].SharesNic)
                return null;
            var failed = Union(pairs.Select(pair => pair.Broken)).Intersect(evidence.Vlans);
            return new Row(sender, receiver, failed, Union(pairs.Select(pair => pair.Unknown)).Intersect(evidence.Vlans).Except(failed));
        }
        // A NIC without a link lets nothing pass, whoever is at the other end; of one that is not known nothing can be said.
        return (from.IsDown || from.IsProbed) && (to.IsDown || to.IsProbed)
            ? new Row(sender, receiver, evidence.Vlans, VlanSet.Empty)
            : new Row(sender, receiver, VlanSet.Empty, evidence.Vlans);
    }

    private static VlanSet Union(IEnumerable<VlanSet> sets) =>
        sets.Aggregate(VlanSet.Empty, (all, set) => set.IsEmpty ? all : all.Union(set));

    private sealed record Row(int Sender, int Receiver, VlanSet Failed, VlanSet Unknown)
    {
        public CheckState StateOf(int vlan) =>
            Failed.Contains(vlan) ? CheckState.Fail : Unknown.Contains(vlan) ? CheckState.Unknown : CheckState.Pass;
    }
}
