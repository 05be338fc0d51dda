using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Controller.Collection;

/// <summary>A Neutron port as the Open vSwitch of one host knows it.</summary>
public sealed record PortFacts
{
    /// <summary>external_ids:iface-id.</summary>
    public required Guid PortId { get; init; }

    /// <summary>external_ids:attached-mac; null when absent or unreadable.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>Name of the node it is on.</summary>
    public required string Host { get; init; }

    /// <summary>Its OVS interface: tap…, qvo…, qr-….</summary>
    public required string Device { get; init; }

    /// <summary>The bridge that interface is on.</summary>
    public required string Bridge { get; init; }

    /// <summary>How it is plugged.</summary>
    public required PortPlug Plug { get; init; }

    /// <summary>Whose it is.</summary>
    public required PortRole Role { get; init; }

    /// <summary>OpenFlow port; null while unassigned.</summary>
    public int? Ofport { get; init; }

    /// <summary>other_config:net_uuid; null until Neutron's agent has wired the port.</summary>
    public Guid? NetworkId { get; init; }

    /// <summary>other_config:network_type.</summary>
    public string? NetworkType { get; init; }

    /// <summary>other_config:physical_network.</summary>
    public string? PhysicalNetwork { get; init; }

    /// <summary>other_config:segmentation_id.</summary>
    public int? SegmentationId { get; init; }

    /// <summary>Local VLAN on the bridge as it is now; 4095 is Neutron's dead VLAN.</summary>
    public int? Tag { get; init; }
}

/// <summary>Whose a port is, as far as its device tells.</summary>
public enum PortRole
{
    /// <summary>A VM's.</summary>
    Guest,

    /// <summary>A DHCP server's: an internal port named tap….</summary>
    Dhcp,

    /// <summary>A router's: qr-, qg-, sg-, fg-, ha-, rfp-, fpr-.</summary>
    Router,

    /// <summary>Another internal port.</summary>
    Other,
}
