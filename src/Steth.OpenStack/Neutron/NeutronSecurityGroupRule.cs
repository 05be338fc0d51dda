using System.Net;
using System.Text.Json.Serialization;

namespace Steth.OpenStack.Neutron;

/// <summary>One thing that a security group lets pass.</summary>
public sealed record NeutronSecurityGroupRule
{
    /// <summary>The id; empty when it was not among the fields asked for.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Its group.</summary>
    public string? SecurityGroupId { get; init; }

    /// <summary>ingress: to the guest; egress: from it.</summary>
    public string? Direction { get; init; }

    /// <summary>IPv4 or IPv6.</summary>
    [JsonPropertyName("ethertype")]
    public string? EtherType { get; init; }

    /// <summary>tcp, udp, icmp, a number; null: any.</summary>
    public string? Protocol { get; init; }

    /// <summary>The first port, or the ICMP type; null: any.</summary>
    public int? PortRangeMin { get; init; }

    /// <summary>The last port, or the ICMP code; null: any.</summary>
    public int? PortRangeMax { get; init; }

    /// <summary>The other side's prefix; null: any, or a group.</summary>
    public IPNetwork? RemoteIpPrefix { get; init; }

    /// <summary>The other side's security group; null: any, or a prefix.</summary>
    public string? RemoteGroupId { get; init; }

    /// <summary>The other side's address group; null: none.</summary>
    public string? RemoteAddressGroupId { get; init; }
}
