using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Addresses;

/// <summary>Whose MAC is whose.</summary>
internal sealed class MacOwners(IReadOnlyList<MacOwner> owners)
{
    private readonly ILookup<MacAddress, MacOwner> _owners = owners.ToLookup(o => o.Mac);

    private readonly ILookup<string, MacAddress> _ofNode = owners.Where(o => o.Kind == MacOwnerKind.Node).ToLookup(o => o.Node, o => o.Mac);

    /// <summary>Whether the MACs of a node are known.</summary>
    public bool Knows(string node) => _ofNode.Contains(node);

    /// <summary>Whether a MAC is one of a node's own devices.</summary>
    public bool IsOf(MacAddress mac, string node) => _ofNode[node].Contains(mac);

    /// <summary>The node that has a MAC; null: none that is known.</summary>
    public string? NodeOf(MacAddress mac) => _owners[mac].FirstOrDefault()?.Node;

    /// <summary>Whether a MAC is that of a DHCP server of Neutron's.</summary>
    public bool IsDhcpServer(MacAddress mac) => _owners[mac].Any(o => o.Kind == MacOwnerKind.DhcpServer);

    /// <summary><c>52:54:00:66:66:66 (comp2 eth3)</c>, or <c>52:54:00:66:66:66 (no node's)</c>.</summary>
    public string Describe(MacAddress mac) =>
        $"{mac} ({(_owners[mac].FirstOrDefault() is { } owner ? $"{owner.Node} {owner.Device}" : "no node's")})";

    /// <summary>Several, joined.</summary>
    public string Describe(IEnumerable<MacAddress> macs) => string.Join(" and ", macs.Select(Describe));
}
