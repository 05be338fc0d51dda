using System.Text.Json.Serialization;
using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Neutron;

/// <summary>A network, as far as a diagnosis needs it. What was not sent is null or empty.</summary>
public sealed record NeutronNetwork
{
    /// <summary>The id; empty when it was not among the fields asked for.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the operator wants it up.</summary>
    public bool? AdminStateUp { get; init; }

    /// <summary>ACTIVE, DOWN, BUILD, ERROR.</summary>
    public string? Status { get; init; }

    /// <summary>In bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>The ids of its subnets.</summary>
    public IReadOnlyList<string> Subnets
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>Whether other projects may use it.</summary>
    public bool? Shared { get; init; }

    /// <summary>Whether routers have their gateway on it.</summary>
    [JsonPropertyName("router:external")]
    public bool? IsExternal { get; init; }

    /// <summary>The default of its ports.</summary>
    public bool? PortSecurityEnabled { get; init; }

    /// <summary>flat, vlan, vxlan, gre, geneve, local. Administrators only.</summary>
    [JsonPropertyName("provider:network_type")]
    public string? NetworkType { get; init; }

    /// <summary>The physical network of a flat or VLAN network. Administrators only.</summary>
    [JsonPropertyName("provider:physical_network")]
    public string? PhysicalNetwork { get; init; }

    /// <summary>The VLAN id or VNI; null: none, or not an administrator.</summary>
    [JsonPropertyName("provider:segmentation_id")]
    public int? SegmentationId { get; init; }

    /// <summary>The segments of a multi-provider network.</summary>
    public IReadOnlyList<NeutronSegment> Segments
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>Whose it is.</summary>
    public string? ProjectId { get; init; }
}
