using System.Net;
using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Which interfaces to describe.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InterfaceListParams
{
    /// <summary>Only this interface; NoSuchDevice when it does not exist. Null: all.</summary>
    public DeviceName? Interface { get; init; }

    /// <summary>Look in this named network namespace; null: the agent's own.</summary>
    public NamespaceName? Namespace { get; init; }
}

/// <summary>Interfaces as <c>ip -j -d -s address</c> tells them, in the kernel's order.</summary>
public sealed record InterfaceListResult
{
    /// <summary>The interfaces.</summary>
    public required IReadOnlyList<InterfaceFacts> Interfaces { get; init; }
}

/// <summary>One network interface.</summary>
public sealed record InterfaceFacts
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Kernel index.</summary>
    public required int Index { get; init; }

    /// <summary>
    /// IFLA_INFO_KIND (<c>vlan</c>, <c>bridge</c>, <c>bond</c>, <c>veth</c>, <c>tun</c>, …); null for a physical NIC or loopback.
    /// </summary>
    public string? Kind { get; init; }

    /// <summary>Hardware address; null when it has none.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>In bytes.</summary>
    public required int Mtu { get; init; }

    /// <summary>IFF_UP: somebody brought it up.</summary>
    public required bool AdminUp { get; init; }

    /// <summary>IFF_LOWER_UP: the link has a carrier.</summary>
    public required bool Carrier { get; init; }

    /// <summary>RFC 2863 state as the kernel prints it: UP, DOWN, UNKNOWN, LOWERLAYERDOWN, …</summary>
    public required string OperState { get; init; }

    /// <summary>The bridge, bond or <c>ovs-system</c> it is enslaved to.</summary>
    public string? Master { get; init; }

    /// <summary>The OVS bridge it is a port of, also with the userspace datapath, where the kernel knows nothing of it.</summary>
    public string? OvsBridge { get; init; }

    /// <summary>The interface it stands on (VLAN parent, veth peer in this namespace).</summary>
    public string? Link { get; init; }

    /// <summary>VLAN id of a VLAN device.</summary>
    public int? VlanId { get; init; }

    /// <summary>Mode of a bond (<c>802.3ad</c>, <c>active-backup</c>, …).</summary>
    public string? BondMode { get; init; }

    /// <summary>From /sys/class/net/*/speed in Mbit/s; null when the driver does not say.</summary>
    public int? SpeedMbps { get; init; }

    /// <summary>full or half; null when the driver does not say.</summary>
    public string? Duplex { get; init; }

    /// <summary>Addresses, IPv4 first.</summary>
    public required IReadOnlyList<InterfaceAddressFacts> Addresses { get; init; }

    /// <summary>Counters since the interface was made; null when the kernel printed none.</summary>
    public InterfaceCounters? Counters { get; init; }
}

/// <summary>One address of an interface.</summary>
public sealed record InterfaceAddressFacts
{
    /// <summary>Address and prefix length.</summary>
    public required InterfaceAddress Address { get; init; }

    /// <summary>IPv4 broadcast address; null when none is set.</summary>
    public IPAddress? Broadcast { get; init; }

    /// <summary>global, link, host.</summary>
    public required string Scope { get; init; }
}

/// <summary>rtnl_link_stats64 of an interface.</summary>
public sealed record InterfaceCounters
{
    /// <summary>Bytes received.</summary>
    public required long RxBytes { get; init; }

    /// <summary>Packets received.</summary>
    public required long RxPackets { get; init; }

    /// <summary>Receive errors.</summary>
    public required long RxErrors { get; init; }

    /// <summary>Received and dropped.</summary>
    public required long RxDropped { get; init; }

    /// <summary>Bytes sent.</summary>
    public required long TxBytes { get; init; }

    /// <summary>Packets sent.</summary>
    public required long TxPackets { get; init; }

    /// <summary>Send errors.</summary>
    public required long TxErrors { get; init; }

    /// <summary>Dropped before sending.</summary>
    public required long TxDropped { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.InterfaceList"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(InterfaceListParams))]
[JsonSerializable(typeof(InterfaceListResult))]
internal sealed partial class InterfaceListJson : JsonSerializerContext;
