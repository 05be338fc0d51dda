using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>What an operator should know beside what is broken.</summary>
internal sealed class VlanNotes(VlanEvidence evidence, VlanMatrix matrix, VlanFaultTable plain)
{
    /// <summary>The notes.</summary>
    public IEnumerable<string> All() => [.. Shared(), .. Untagged(), .. new VlanLossFindings(evidence, matrix).Notes()];

    private IEnumerable<string> Shared()
    {
        var shared = matrix.Pairs().Where(pair => pair.Sender < pair.Receiver
            && matrix.Pair(pair.Sender, pair.Receiver, VlanProbeKind.Plain).SharesNic).ToArray();
        if (shared.Length > 0)
            yield return "Not tried, because both use the same NIC: "
                + $"{VlanWords.Names(shared.Select(pair => $"{Name(pair.Sender)} and {Name(pair.Receiver)}"))}.";
    }

    // Untagged frames are sent as a control; a trunk need not carry them.
    private IEnumerable<string> Untagged()
    {
        if (evidence.Vlans.Contains(VlanSet.Untagged) || matrix.Probed.Count < 2)
            yield break;
        if (plain.VlansOf(VlanFaultKind.Nowhere, 0).Contains(VlanSet.Untagged))
        {
            yield return "Untagged frames cross between no two nodes: the ports have no native VLAN in common.";
            yield break;
        }
        // What nothing at all crosses to has a finding of its own.
        int[] connected =
            [.. matrix.Probed.Where(node => matrix.Probed.Any(other => other != node && (Hears(node, other) || Hears(other, node))))];
        var apart = VlanGroups.Of(connected, (a, b) => !IsBroken(a, b) && !IsBroken(b, a));
        if (apart.Count > 1)
            yield return "Untagged frames do not cross everywhere: "
                + $"{VlanWords.Groups(apart.Select(group => group.Select(Name)))}; the ports' native VLANs differ.";
    }

    private bool Hears(int sender, int receiver) => !matrix.Pair(sender, receiver, VlanProbeKind.Plain).Heard.IsEmpty;

    private bool IsBroken(int sender, int receiver) => matrix.Pair(sender, receiver, VlanProbeKind.Plain).Broken.Contains(VlanSet.Untagged);

    private string Name(int node) => evidence.Nodes[node].Name;
}
