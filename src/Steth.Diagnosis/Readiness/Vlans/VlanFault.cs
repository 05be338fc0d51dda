namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>One reason why pairs of nodes do not hear each other in a VLAN.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Groups">
/// The nodes it is about: none for <see cref="VlanFaultKind.Nowhere"/>, one for a node's, the groups for a split, sender and receiver for a
/// pair's.
/// </param>
internal sealed record VlanFault(VlanFaultKind Kind, IReadOnlyList<IReadOnlyList<int>> Groups)
{
    /// <summary>Equal for equal faults.</summary>
    public string Key { get; } = $"{Kind} {string.Join('|', Groups.Select(group => string.Join(',', group)))}";

    /// <summary>The node of a node's fault, the sender of a pair's.</summary>
    public int Node => Groups[0][0];

    /// <summary>The receiver of a pair's fault.</summary>
    public int Other => Groups[1][0];

    /// <summary>A fault of a node.</summary>
    public static VlanFault Of(VlanFaultKind kind, int node) => new(kind, [[node]]);

    /// <summary>A fault of a pair.</summary>
    public static VlanFault Of(VlanFaultKind kind, int sender, int receiver) => new(kind, [[sender], [receiver]]);

    /// <summary>Whether it says that a directed pair is broken.</summary>
    public bool Explains(int sender, int receiver) => Kind switch
    {
        VlanFaultKind.Nowhere => true,
        VlanFaultKind.Missing => sender == Node || receiver == Node,
        VlanFaultKind.Mute => sender == Node && Groups[1].Contains(receiver),
        VlanFaultKind.Deaf => receiver == Node && Groups[1].Contains(sender),
        VlanFaultKind.Split => GroupOf(sender) is var mine and >= 0 && GroupOf(receiver) is var theirs and >= 0 && mine != theirs,
        VlanFaultKind.OneWay => sender == Node && receiver == Other,
        _ => (sender == Node && receiver == Other) || (sender == Other && receiver == Node),
    };

    private int GroupOf(int node)
    {
        for (var i = 0; i < Groups.Count; i++)
        {
            if (Groups[i].Contains(node))
                return i;
        }
        return -1;
    }
}

/// <summary>What kind of reason.</summary>
internal enum VlanFaultKind
{
    /// <summary>Nobody hears anybody.</summary>
    Nowhere,

    /// <summary>One node hears nobody and nobody hears it.</summary>
    Missing,

    /// <summary>Nobody of the second group hears one node, which hears them.</summary>
    Mute,

    /// <summary>One node hears nobody of the second group, which hears it.</summary>
    Deaf,

    /// <summary>Groups of nodes do not hear each other.</summary>
    Split,

    /// <summary>One direction of a pair.</summary>
    OneWay,

    /// <summary>Both directions of a pair, each of which hears others.</summary>
    Pair,
}
