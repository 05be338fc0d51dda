using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>The reasons why probes of a kind do not cross, each with all VLANs it is true of.</summary>
internal sealed class VlanFaultTable
{
    private readonly Dictionary<string, (VlanFault Fault, VlanSet Vlans)> _faults = [];

    /// <summary>Looks for them.</summary>
    public VlanFaultTable(VlanMatrix matrix, VlanProbeKind kind)
    {
        foreach (var pattern in matrix.Patterns(kind))
        {
            var vlan = pattern.Members().First();
            foreach (var fault in VlanFaultFinder.Find(matrix.Probed, (sender, receiver) => matrix.State(sender, receiver, kind, vlan)))
                _faults[fault.Key] = _faults.TryGetValue(fault.Key, out var same) ? (fault, same.Vlans.Union(pattern)) : (fault, pattern);
        }
    }

    /// <summary>Faults of a kind, those of the lowest VLANs first.</summary>
    public IEnumerable<(VlanFault Fault, VlanSet Vlans)> Of(VlanFaultKind kind) =>
        _faults.Values.Where(entry => entry.Fault.Kind == kind).OrderBy(entry => entry.Vlans.Members().First());

    /// <summary>
    /// The VLANs in which a fault of a kind is true of a node; for <see cref="VlanFaultKind.Nowhere"/> the node does not matter.
    /// </summary>
    public VlanSet VlansOf(VlanFaultKind kind, int node) => Of(kind)
        .Where(entry => kind == VlanFaultKind.Nowhere || entry.Fault.Node == node)
        .Aggregate(VlanSet.Empty, (all, entry) => all.Union(entry.Vlans));

    /// <summary>Pairs that are broken by themselves, those with the same VLANs together.</summary>
    public IEnumerable<(VlanSet Vlans, IReadOnlyList<VlanFault> Pairs)> PairsOf(VlanFaultKind kind) => Of(kind)
        .GroupBy(entry => entry.Vlans)
        .Select(pairs => (pairs.Key, (IReadOnlyList<VlanFault>)[.. pairs.Select(pair => pair.Fault)]));
}
