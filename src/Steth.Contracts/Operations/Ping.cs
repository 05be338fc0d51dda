using System.Net;
using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>ICMP echo to many targets at once.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PingParams
{
    /// <summary>1–4096 addresses, IPv4 and IPv6 mixed.</summary>
    public required IReadOnlyList<IPAddress> Targets { get; init; }

    /// <summary>Probes to each target, 1–1000; 500000 in all at most, 100000 a second.</summary>
    public int Count { get; set; } = 2;

    /// <summary>Between two probes to one target, 0–60000 ms.</summary>
    public int IntervalMs { get; set; } = 200;

    /// <summary>How long to wait for the answer to a probe, 1–60000 ms.</summary>
    public int TimeoutMs { get; set; } = 2000;

    /// <summary>ICMP payload, 8–65000 bytes.</summary>
    public int Size { get; set; } = 56;

    /// <summary>Set DF (IPv4) or refuse to fragment locally (IPv6).</summary>
    public bool DontFragment { get; init; }

    /// <summary>Targets may be broadcast addresses.</summary>
    public bool Broadcast { get; init; }

    /// <summary>Send by this interface only (SO_BINDTODEVICE).</summary>
    public DeviceName? Interface { get; init; }

    /// <summary>Send from this named network namespace; null: the agent's own.</summary>
    public NamespaceName? Namespace { get; init; }
}

/// <summary>One entry a target, in the order asked; a target named twice appears twice.</summary>
public sealed record PingResult
{
    /// <summary>The targets.</summary>
    public required IReadOnlyList<PingTargetResult> Targets { get; init; }
}

/// <summary>What one target answered. "Unreachable" is a result, not an error.</summary>
public sealed record PingTargetResult
{
    /// <summary>Whom.</summary>
    public required IPAddress Destination { get; init; }

    /// <summary>Probes that left.</summary>
    public required int Sent { get; init; }

    /// <summary>Probes answered in time, duplicates not counted.</summary>
    public required int Received { get; init; }

    /// <summary>0–100; null when nothing could be sent.</summary>
    public double? LossPercent { get; init; }

    /// <summary>Shortest round trip in ms; null without an answer.</summary>
    public double? RttMinMs { get; init; }

    /// <summary>Mean round trip in ms; null without an answer.</summary>
    public double? RttAvgMs { get; init; }

    /// <summary>Longest round trip in ms; null without an answer.</summary>
    public double? RttMaxMs { get; init; }

    /// <summary>Why probes failed, as far as it is known: an ICMP error with its sender, or the kernel's refusal to send.</summary>
    public string? Reason { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.Ping"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(PingParams))]
[JsonSerializable(typeof(PingResult))]
[JsonSerializable(typeof(PingTargetResult))]
internal sealed partial class PingJson : JsonSerializerContext;
