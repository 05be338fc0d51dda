using System.Net;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Addresses;

/// <summary>What was measured of the addresses on the nodes' networks.</summary>
public sealed record AddressesEvidence
{
    /// <summary>The addresses of the configuration that were looked at.</summary>
    public required IReadOnlyList<ConfiguredAddress> Addresses { get; init; }

    /// <summary>The gateways that were looked for, by node.</summary>
    public required IReadOnlyList<ExpectedGateway> Gateways { get; init; }

    /// <summary>Whose MAC is whose, of all nodes that answered.</summary>
    public required IReadOnlyList<MacOwner> Macs { get; init; }

    /// <summary>Who was asked for what, and who answered.</summary>
    public required IReadOnlyList<NeighbourScanEvidence> NeighbourScans { get; init; }

    /// <summary>Where DHCP servers were looked for, and who answered.</summary>
    public required IReadOnlyList<DhcpScanEvidence> DhcpScans { get; init; }

    /// <summary>DHCP servers that are meant to be there.</summary>
    public required IReadOnlyList<IPAddress> DhcpServers { get; init; }

    /// <summary>Nodes that did not answer.</summary>
    public required IReadOnlyList<UnreachableHost> Unreachable { get; init; }

    /// <summary>Nodes whose devices could not be read though they answered, with why.</summary>
    public required IReadOnlyList<UnreachableHost> Unread { get; init; }

    /// <summary>How long it took in ms.</summary>
    public required long TookMs { get; init; }
}

/// <summary>One address of the configuration.</summary>
/// <param name="Network">The network type.</param>
/// <param name="Node">The node that should have it.</param>
/// <param name="Address">The address.</param>
/// <param name="Present">Whether the node has it on a device; null: not known.</param>
public sealed record ConfiguredAddress(string Network, string Node, IPAddress Address, bool? Present);

/// <summary>A gateway of a node.</summary>
/// <param name="Node">The node that would use it; null: none is on its subnet.</param>
/// <param name="Device">The device it is behind; null: none.</param>
/// <param name="Address">Its address.</param>
public sealed record ExpectedGateway(string? Node, string? Device, IPAddress Address);

/// <summary>A MAC that a node knows as its own or as that of a port on it.</summary>
/// <param name="Mac">The MAC.</param>
/// <param name="Node">The node.</param>
/// <param name="Device">The device.</param>
/// <param name="Kind">Whose it is.</param>
public sealed record MacOwner(MacAddress Mac, string Node, string Device, MacOwnerKind Kind);

/// <summary>Whose a MAC is.</summary>
public enum MacOwnerKind
{
    /// <summary>A device of the node itself.</summary>
    Node,

    /// <summary>A port of Neutron's: a guest's or a router's.</summary>
    Port,

    /// <summary>The port of a DHCP server of Neutron's.</summary>
    DhcpServer,
}

/// <summary>One scan for neighbours.</summary>
public sealed record NeighbourScanEvidence
{
    /// <summary>The node that asked.</summary>
    public required string Node { get; init; }

    /// <summary>The device it asked by.</summary>
    public required string Device { get; init; }

    /// <summary>Requests the kernel took.</summary>
    public int Sent { get; init; }

    /// <summary>Requests that were seen leaving.</summary>
    public int Left { get; init; }

    /// <summary>Frames that may have been missed.</summary>
    public long Dropped { get; init; }

    /// <summary>Who answered for what was asked; of a scan that failed the targets with no MACs.</summary>
    public required IReadOnlyList<ScannedAddress> Targets { get; init; }

    /// <summary>Why the scan failed; null when it did not.</summary>
    public string? Problem { get; init; }
}

/// <summary>Who has an address.</summary>
/// <param name="Address">The address.</param>
/// <param name="Macs">Who said to have it.</param>
public sealed record ScannedAddress(IPAddress Address, IReadOnlyList<MacAddress> Macs);

/// <summary>One scan for DHCP servers by one NIC.</summary>
public sealed record DhcpScanEvidence
{
    /// <summary>The node that asked.</summary>
    public required string Node { get; init; }

    /// <summary>The NIC it asked by.</summary>
    public required string Nic { get; init; }

    /// <summary>What the NIC is on, the same for all nodes: network types, or the bridge it is a port of.</summary>
    public required string Segment { get; init; }

    /// <summary>By which the scanners of the run know each other.</summary>
    public required uint FirstXid { get; init; }

    /// <summary>Frames that may have been missed.</summary>
    public long Dropped { get; init; }

    /// <summary>One a VLAN that was asked in, the untagged one with null.</summary>
    public required IReadOnlyList<DhcpVlanEvidence> Vlans { get; init; }

    /// <summary>Why the scan failed; null when it did not.</summary>
    public string? Problem { get; init; }
}

/// <summary>One VLAN of a scan for DHCP servers.</summary>
/// <param name="Vlan">The VLAN; null: untagged.</param>
/// <param name="Left">DISCOVERs that were seen leaving.</param>
/// <param name="Heard">First transaction ids of the scanners that were heard in it.</param>
/// <param name="Offers">What was offered.</param>
public sealed record DhcpVlanEvidence(VlanId? Vlan, int Left, IReadOnlyList<uint> Heard, IReadOnlyList<DhcpOffer> Offers);

/// <summary>An offer.</summary>
/// <param name="Server">The server as it calls itself; null: it does not say.</param>
/// <param name="Mac">Who sent the frame.</param>
/// <param name="Offered">The address.</param>
/// <param name="Relay">The relay it came by; null: none.</param>
public sealed record DhcpOffer(IPAddress? Server, MacAddress Mac, IPAddress Offered, IPAddress? Relay);
