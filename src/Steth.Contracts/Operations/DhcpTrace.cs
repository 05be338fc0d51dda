using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Sends a DHCPDISCOVER where the guest's own would enter and listens on every device of the port's path.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DhcpTraceParams
{
    /// <summary>The port.</summary>
    public required Guid PortId { get; init; }

    /// <summary>The port's MAC; null: what OVS has as attached-mac.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The NIC to listen on as well; null: discovered.</summary>
    public DeviceName? PhysicalInterface { get; init; }

    /// <summary>Transaction id of the DISCOVER; null: random.</summary>
    public uint? Xid { get; init; }

    /// <summary>How long to wait for an offer, 1–60 s.</summary>
    public int TimeoutSeconds { get; set; } = 3;
}

/// <summary>What each device saw.</summary>
public sealed record DhcpTraceResult
{
    /// <summary>The wiring that was traced.</summary>
    public required PortWiringResult Wiring { get; init; }

    /// <summary>Transaction id used.</summary>
    public required uint Xid { get; init; }

    /// <summary>How the DISCOVER entered.</summary>
    public required InjectionMethod Injection { get; init; }

    /// <summary>Why not the way the guest's frames go; null when it was that.</summary>
    public string? InjectionNote { get; init; }

    /// <summary>One entry a device of the wiring, in its order.</summary>
    public required IReadOnlyList<TracedDevice> Devices { get; init; }
}

/// <summary>Where an injected frame entered.</summary>
public enum InjectionMethod
{
    /// <summary>Received from the tap: exactly where the guest's frames enter.</summary>
    [JsonStringEnumMemberName("tap")]
    Tap,

    /// <summary>OpenFlow packet-out with the port as in_port.</summary>
    [JsonStringEnumMemberName("packet-out")]
    PacketOut,

    /// <summary>Sent on qvb: qbr and its iptables rules were not crossed.</summary>
    [JsonStringEnumMemberName("qvb")]
    Qvb,

    /// <summary>Sent by the service's own device (ARP from a DHCP namespace).</summary>
    [JsonStringEnumMemberName("device")]
    Device,
}

/// <summary>What one device of a path saw, told by direction as seen from the guest.</summary>
public sealed record TracedDevice
{
    /// <summary>Its name.</summary>
    public required string Device { get; init; }

    /// <summary>Its namespace; null: the host's own.</summary>
    public string? Namespace { get; init; }

    /// <summary>Could be listened on.</summary>
    public required bool Listened { get; init; }

    /// <summary>Why not, or what makes "not seen" worthless here; null when nothing does.</summary>
    public string? Note { get; init; }

    /// <summary>From the guest towards the network: DHCPDISCOVER, …, or REQUEST/REPLY for ARP. In order, no repeats.</summary>
    public required IReadOnlyList<string> Outbound { get; init; }

    /// <summary>From the network towards the guest.</summary>
    public required IReadOnlyList<string> Inbound { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.DhcpTrace"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(DhcpTraceParams))]
[JsonSerializable(typeof(DhcpTraceResult))]
internal sealed partial class DhcpTraceJson : JsonSerializerContext;
