using System.Text.Json.Serialization;

namespace Steth.OpenStack.Neutron;

/// <summary>One segment of a multi-provider network.</summary>
public sealed record NeutronSegment
{
    /// <summary>flat, vlan, vxlan, gre, geneve.</summary>
    [JsonPropertyName("provider:network_type")]
    public string? NetworkType { get; init; }

    /// <summary>The physical network.</summary>
    [JsonPropertyName("provider:physical_network")]
    public string? PhysicalNetwork { get; init; }

    /// <summary>The VLAN id or VNI.</summary>
    [JsonPropertyName("provider:segmentation_id")]
    public int? SegmentationId { get; init; }
}
