using System.Text.Json.Serialization;
using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Neutron;

/// <summary>A port, as far as a diagnosis needs it. What was not sent is null or empty.</summary>
public sealed record NeutronPort
{
    /// <summary>The id; empty when it was not among the fields asked for.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The name; often empty.</summary>
    public string? Name { get; init; }

    /// <summary>The network it is on.</summary>
    public string? NetworkId { get; init; }

    /// <summary>The MAC address, as Neutron writes it: lower case with colons.</summary>
    public string? MacAddress { get; init; }

    /// <summary>Whether the operator wants it up.</summary>
    public bool? AdminStateUp { get; init; }

    /// <summary>ACTIVE, DOWN, BUILD, ERROR, N/A.</summary>
    public string? Status { get; init; }

    /// <summary>The instance or router it belongs to.</summary>
    public string? DeviceId { get; init; }

    /// <summary>What it belongs to: compute:nova, network:dhcp, network:router_interface.</summary>
    public string? DeviceOwner { get; init; }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<NeutronFixedIp> FixedIps
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>Other addresses it may send from.</summary>
    public IReadOnlyList<NeutronAddressPair> AllowedAddressPairs
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>DHCP options of its own.</summary>
    public IReadOnlyList<NeutronDhcpOption> ExtraDhcpOpts
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>The ids of its security groups.</summary>
    public IReadOnlyList<string> SecurityGroups
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>Whether anti-spoofing and security groups apply.</summary>
    public bool? PortSecurityEnabled { get; init; }

    /// <summary>normal, direct, macvtap.</summary>
    [JsonPropertyName("binding:vnic_type")]
    public string? VnicType { get; init; }

    /// <summary>The host it is bound to; empty: unbound. Administrators only.</summary>
    [JsonPropertyName("binding:host_id")]
    public string? HostId { get; init; }

    /// <summary>ovs, bridge, vhostuser, unbound, binding_failed, distributed. Administrators only.</summary>
    [JsonPropertyName("binding:vif_type")]
    public string? VifType { get; init; }

    /// <summary>How it is plugged. Administrators only.</summary>
    [JsonPropertyName("binding:vif_details")]
    public NeutronVifDetails? VifDetails { get; init; }

    /// <summary>The trunk it is the parent of; null: of none.</summary>
    public NeutronTrunkDetails? TrunkDetails { get; init; }

    /// <summary>Whose it is.</summary>
    public string? ProjectId { get; init; }
}
