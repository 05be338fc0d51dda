using System.Net;
using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Starts an iperf server that ends with its lease.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record IperfServeParams
{
    /// <summary>1–65535; Busy when something listens there.</summary>
    public int Port { get; set; } = 5001;

    /// <summary>Listen on this address only.</summary>
    public IPAddress? BindAddress { get; init; }

    /// <summary>End when not renewed for this long, 1–3600 s.</summary>
    public int LeaseSeconds { get; set; } = 60;

    /// <summary>TCP or UDP. iperf3 serves both on one port and ignores it; iperf 2 needs it.</summary>
    public IperfProtocol Protocol { get; set; } = IperfProtocol.Tcp;

    /// <summary>Receive window in bytes; iperf 2 only: iperf3's client sets it for both ends.</summary>
    public long? WindowBytes { get; init; }
}

/// <summary>TCP or UDP.</summary>
[JsonConverter(typeof(EnumNameJsonConverter<IperfProtocol>))]
public enum IperfProtocol
{
    /// <summary>TCP.</summary>
    [JsonStringEnumMemberName("tcp")]
    Tcp,

    /// <summary>UDP.</summary>
    [JsonStringEnumMemberName("udp")]
    Udp,
}

/// <summary>The server, listening.</summary>
public sealed record IperfServeResult
{
    /// <summary>Renew or release by this.</summary>
    public required string LeaseId { get; init; }

    /// <summary>Where it listens.</summary>
    public required int Port { get; init; }

    /// <summary>iperf3 or iperf (version 2, where only that is installed).</summary>
    public required string Tool { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.IperfServe"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(IperfServeParams))]
[JsonSerializable(typeof(IperfServeResult))]
internal sealed partial class IperfServeJson : JsonSerializerContext;
