using System.Net;
using System.Net.Sockets;
using Steth.Controller.Inventory;

namespace Steth.Controller.Checks.Pairs;

/// <summary>A node's address on a network.</summary>
/// <param name="Node">The node.</param>
/// <param name="Network">The network type.</param>
/// <param name="Address">Its address there.</param>
internal sealed record PairPlace(Node Node, string Network, IPAddress Address)
{
    /// <summary>4 or 6.</summary>
    public int IpVersion => Address.AddressFamily == AddressFamily.InterNetworkV6 ? 6 : 4;

    /// <summary>The places of nodes on networks: one a node, network and IP version, the first the configuration names.</summary>
    public static IReadOnlyList<PairPlace> Of(IReadOnlyList<Node> nodes, IReadOnlyList<string> networks) =>
    [
        .. nodes.SelectMany(n => n.Networks.Where(w => networks.Contains(w.Type)).Select(w => new PairPlace(n, w.Type, w.Address)))
            .DistinctBy(p => (p.Node, p.Network, p.IpVersion)),
    ];

    /// <summary>Every directed pair of places of one network and IP version, each sender's receivers beginning behind itself.</summary>
    /// <remarks>Were the order the same for all, every node would probe the first at the same moment.</remarks>
    public static IEnumerable<(PairPlace From, PairPlace To)> Pairs(IEnumerable<PairPlace> places) =>
        from same in places.GroupBy(p => (p.Network, p.IpVersion)).Select(g => g.ToArray())
        from i in Enumerable.Range(0, same.Length)
        from offset in Enumerable.Range(1, same.Length - 1)
        select (same[i], same[(i + offset) % same.Length]);
}
