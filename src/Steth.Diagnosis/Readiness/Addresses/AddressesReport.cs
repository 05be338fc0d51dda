using System.Net;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Addresses;

/// <summary>What <c>check addresses</c> came to.</summary>
public sealed record AddressesReport : CheckReport
{
    /// <summary>Addresses of the configuration first, then gateways, then segments and VLANs looked for DHCP servers in.</summary>
    [JsonPropertyOrder(0)]
    public required IReadOnlyList<AddressResult> Results { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<CheckCase> Cases =>
        [.. Results.Select(r => new CheckCase(r.Network ?? "gateways", r.Name, r.State, r.Reason))];

    /// <inheritdoc/>
    [JsonIgnore]
    public override JsonTypeInfo JsonType => AddressesJson.Default.AddressesReport;
}

/// <summary>One address, gateway, or VLAN.</summary>
public sealed record AddressResult
{
    /// <summary>What it is.</summary>
    public required AddressResultKind Kind { get; init; }

    /// <summary>
    /// The network type of an address; of a VLAN the segment: network types, or the bridge its NICs are ports of. Null of a gateway.
    /// </summary>
    public string? Network { get; init; }

    /// <summary>The node that has the address, or uses the gateway; null of a VLAN, and of a gateway that no node can reach.</summary>
    public string? Node { get; init; }

    /// <summary>The address; null of a VLAN.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The VLAN; null of others, and for untagged.</summary>
    public VlanId? Vlan { get; init; }

    /// <summary>MACs that answered for the address.</summary>
    public required IReadOnlyList<MacAddress> Macs { get; init; }

    /// <summary>DHCP servers that answered in the VLAN.</summary>
    public required IReadOnlyList<DhcpServerResult> Servers { get; init; }

    /// <summary>PASS: only its node answers; the gateway answers; no server but those that are meant to.</summary>
    public required CheckState State { get; init; }

    /// <summary>Why, when it is not PASS; null: nothing to add.</summary>
    public string? Reason { get; init; }

    /// <summary>For a test report.</summary>
    [JsonIgnore]
    public string Name => Kind switch
    {
        AddressResultKind.Address => $"{Address} of {Node}",
        AddressResultKind.Gateway => $"{Address} from {Node ?? "no node"}",
        _ => Vlan is { } vlan ? $"DHCP servers in VLAN {vlan}" : "DHCP servers untagged",
    };
}

/// <summary>What a result is about.</summary>
public enum AddressResultKind
{
    /// <summary>An address of the configuration.</summary>
    [JsonStringEnumMemberName("address")]
    Address,

    /// <summary>A gateway.</summary>
    [JsonStringEnumMemberName("gateway")]
    Gateway,

    /// <summary>The DHCP servers of a segment or VLAN.</summary>
    [JsonStringEnumMemberName("dhcp")]
    Dhcp,
}

/// <summary>A DHCP server that answered.</summary>
public sealed record DhcpServerResult
{
    /// <summary>As it calls itself; null: it does not say.</summary>
    public IPAddress? Server { get; init; }

    /// <summary>Who sent its offer: itself or a relay.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>What it offered.</summary>
    public required IPAddress Offered { get; init; }

    /// <summary>The relay its offer came by; null: none.</summary>
    public IPAddress? Relay { get; init; }

    /// <summary>It is Neutron's, or was named.</summary>
    public required bool Expected { get; init; }
}

/// <summary>How it is written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    WriteIndented = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(AddressesReport))]
public sealed partial class AddressesJson : JsonSerializerContext;
