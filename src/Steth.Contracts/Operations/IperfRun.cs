using System.Net;
using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Runs an iperf client against a server another agent started.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record IperfRunParams
{
    /// <summary>Address of the server.</summary>
    public required IPAddress Server { get; init; }

    /// <summary>Its port, 1–65535.</summary>
    public int Port { get; set; } = 5001;

    /// <summary>TCP or UDP.</summary>
    public IperfProtocol Protocol { get; set; } = IperfProtocol.Tcp;

    /// <summary>How long to send, 1–3600 s.</summary>
    public int Seconds { get; set; } = 5;

    /// <summary>Streams at once, 1–128; null: one.</summary>
    public int? Parallel { get; init; }

    /// <summary>Target rate a stream in bit/s; null: unlimited for TCP, the tool's own default for UDP.</summary>
    public long? BandwidthBps { get; init; }

    /// <summary>Socket buffer in bytes; null: the kernel's.</summary>
    public long? WindowBytes { get; init; }

    /// <summary>Send from this address.</summary>
    public IPAddress? BindAddress { get; init; }

    /// <summary>iperf3 or iperf, as the server's side answered; null: what is installed, iperf3 first.</summary>
    public string? Tool { get; init; }
}

/// <summary>One interval while it runs.</summary>
public sealed record IperfInterval
{
    /// <summary>Seconds since the start at the interval's end.</summary>
    public required double EndSeconds { get; init; }

    /// <summary>Rate in this interval.</summary>
    public required double BitsPerSecond { get; init; }
}

/// <summary>The whole run, as the receiver saw it where the tool tells.</summary>
public sealed record IperfRunResult
{
    /// <summary>TCP or UDP.</summary>
    public required IperfProtocol Protocol { get; init; }

    /// <summary>Whom.</summary>
    public required IPAddress Server { get; init; }

    /// <summary>Mean rate at the receiver.</summary>
    public required double BitsPerSecond { get; init; }

    /// <summary>Bytes that arrived.</summary>
    public required long Bytes { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>TCP segments sent again; null for UDP or when the tool does not say.</summary>
    public long? Retransmits { get; init; }

    /// <summary>UDP jitter; null for TCP.</summary>
    public double? JitterMs { get; init; }

    /// <summary>UDP datagrams lost, 0–100; null for TCP.</summary>
    public double? LossPercent { get; init; }

    /// <summary>iperf3 or iperf.</summary>
    public required string Tool { get; init; }

    /// <summary>CPU that the sending iperf used, in percent of one: 100 is one whole CPU; null when the tool does not say.</summary>
    public double? SenderCpuPercent { get; init; }

    /// <summary>CPU that the receiving iperf used, in percent of one; null when the tool does not say.</summary>
    public double? ReceiverCpuPercent { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.IperfRun"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(IperfRunParams))]
[JsonSerializable(typeof(IperfRunResult))]
[JsonSerializable(typeof(IperfInterval))]
internal sealed partial class IperfRunJson : JsonSerializerContext;
