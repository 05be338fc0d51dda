namespace Steth.OpenStack.Neutron;

/// <summary>A port carried on a trunk.</summary>
public sealed record NeutronSubPort
{
    /// <summary>The port.</summary>
    public string? PortId { get; init; }

    /// <summary>vlan or inherit.</summary>
    public string? SegmentationType { get; init; }

    /// <summary>The tag the guest sees.</summary>
    public int? SegmentationId { get; init; }

    /// <summary>The MAC address.</summary>
    public string? MacAddress { get; init; }
}
