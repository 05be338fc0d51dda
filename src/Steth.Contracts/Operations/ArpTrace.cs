using System.Net;
using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Asks for a port's address from inside its network's DHCP namespace and listens on every device of this host's path.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ArpTraceParams
{
    /// <summary>The network; its namespace is <c>qdhcp-NETWORK</c>. NoSuchDevice when this host has none.</summary>
    public required Guid NetworkId { get; init; }

    /// <summary>The port's IPv4 address.</summary>
    public required IPAddress TargetIp { get; init; }

    /// <summary>The NIC to listen on as well; null: discovered.</summary>
    public DeviceName? PhysicalInterface { get; init; }

    /// <summary>How long to wait for a reply, 1–60 s.</summary>
    public int TimeoutSeconds { get; set; } = 3;
}

/// <summary>
/// What each device saw. Outbound and inbound are seen from the guest: the request comes inbound, the reply goes outbound.
/// </summary>
public sealed record ArpTraceResult
{
    /// <summary>Wiring of the DHCP port.</summary>
    public required PortWiringResult Wiring { get; init; }

    /// <summary>Sender address of the request.</summary>
    public required IPAddress SourceIp { get; init; }

    /// <summary>MACs that answered; two mean a duplicate address.</summary>
    public required IReadOnlyList<MacAddress> Answers { get; init; }

    /// <summary>One entry a device of the wiring, in its order.</summary>
    public required IReadOnlyList<TracedDevice> Devices { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.ArpTrace"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(ArpTraceParams))]
[JsonSerializable(typeof(ArpTraceResult))]
internal sealed partial class ArpTraceJson : JsonSerializerContext;
