using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>What has to be sent once more to tell a loss from a block.</summary>
public static class VlanRepeats
{
    /// <summary>Reads it off the rounds there were.</summary>
    /// <returns>A list a node; all empty: everything is decided that can be.</returns>
    public static IReadOnlyList<IReadOnlyList<VlanProbes>> Of(VlanEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var matrix = new VlanMatrix(evidence);
        var isDone = matrix.Kinds.All(kind => matrix.Pairs().All(pair => matrix.Pair(pair.Sender, pair.Receiver, kind).Repeat.IsEmpty));
        return
        [
            .. Enumerable.Range(0, evidence.Nodes.Count)
                .Select(node => isDone || !matrix.Probed.Contains(node) ? (VlanProbes[])[] : Of(matrix, node)),
        ];
    }

    private static VlanProbes[] Of(VlanMatrix matrix, int sender)
    {
        var probes = from kind in matrix.Kinds
                     let vlans = matrix.Probed.Where(receiver => receiver != sender)
                         .Select(receiver => matrix.Pair(sender, receiver, kind).Repeat)
                         // Everybody sends something: that it sees its own frames leave proves that a node still listens.
                         .Aggregate(
                             kind == VlanProbeKind.Plain ? VlanSet.UntaggedOnly : VlanSet.Empty,
                             (all, some) => some.IsEmpty ? all : all.Union(some))
                     where !vlans.IsEmpty
                     select new VlanProbes { Kind = kind, Vlans = vlans };
        return [.. probes];
    }
}
