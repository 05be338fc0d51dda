using System.Net;
using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>
/// Probes the reflectors of many nodes at once: every target's first probe, then every target's second, at a steady pace.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record UdpProbeParams
{
    /// <summary>What the reflectors were given.</summary>
    public required ulong Token { get; init; }

    /// <summary>1–4096 targets, of 64 different <c>from</c> at most.</summary>
    public required IReadOnlyList<UdpProbeTarget> Targets { get; init; }

    /// <summary>Probes to each target, 1–1000; 500000 in all at most. A greeting goes before them that is not counted.</summary>
    public int Count { get; set; } = 10;

    /// <summary>Number of the first probe, 0–60000: a second run through the same reflectors goes on where the first ended.</summary>
    public int FirstSequence { get; init; }

    /// <summary>Between two probes to one target, 0–60000 ms.</summary>
    public int IntervalMs { get; set; } = 20;

    /// <summary>How long to wait for the answer to a probe, 1–60000 ms.</summary>
    public int TimeoutMs { get; set; } = 1000;

    /// <summary>UDP payload, 36–65000 bytes; the answer has as many.</summary>
    public int Size { get; set; } = 64;

    /// <summary>Probes a second over all targets, 1–1000000.</summary>
    public int Pps { get; set; } = 1000;
}

/// <summary>A reflector, and from which of this host's addresses to probe it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record UdpProbeTarget
{
    /// <summary>
    /// An address of this host, of the same IP version. Probes leave only by the interface that holds it; answers may come by any.
    /// </summary>
    public required IPAddress From { get; init; }

    /// <summary>The reflector's address.</summary>
    public required IPAddress To { get; init; }

    /// <summary>The reflector's UDP port, 1–65535.</summary>
    public required int Port { get; init; }
}

/// <summary>How far it is.</summary>
public sealed record UdpProbeProgress
{
    /// <summary>Probes sent so far.</summary>
    public required int Sent { get; init; }

    /// <summary>Of how many.</summary>
    public required int Planned { get; init; }
}

/// <summary>What the targets answered.</summary>
public sealed record UdpProbeResult
{
    /// <summary>One entry a target, in the order asked.</summary>
    public required IReadOnlyList<UdpProbeTargetResult> Targets { get; init; }

    /// <summary>
    /// What this prober itself added to a round trip before it was subtracted: from the clock being read to the kernel having the probe,
    /// and from the kernel having the answer to it being read. Nearest-rank median in ms; null without an answer.
    /// </summary>
    public double? SelfDelayP50Ms { get; init; }

    /// <summary>The same, 99th percentile.</summary>
    public double? SelfDelayP99Ms { get; init; }

    /// <summary>Answers that found a socket's queue full; null when the kernel does not tell. Not the network's loss.</summary>
    public long? Dropped { get; init; }

    /// <summary>
    /// How often the kernel found no room for a new neighbour meanwhile (table_fulls of ARP and IPv6): what was sent to it is this host's
    /// loss. Null when the kernel does not tell.
    /// </summary>
    public long? NeighboursFull { get; init; }
}

/// <summary>
/// What one target answered. A round trip is that of the network: what reflector and prober took themselves is not in it.
/// </summary>
public sealed record UdpProbeTargetResult
{
    /// <summary>From where.</summary>
    public required IPAddress From { get; init; }

    /// <summary>Whom.</summary>
    public required IPAddress To { get; init; }

    /// <summary>Probes the kernel took.</summary>
    public required int Sent { get; init; }

    /// <summary>Probes answered in time, duplicates not counted.</summary>
    public required int Received { get; init; }

    /// <summary>Shortest round trip in ms; null without an answer.</summary>
    public double? RttMinMs { get; init; }

    /// <summary>Median round trip in ms, nearest rank; null without an answer.</summary>
    public double? RttP50Ms { get; init; }

    /// <summary>99th percentile in ms, nearest rank (of fewer than 100 answers the longest); null without an answer.</summary>
    public double? RttP99Ms { get; init; }

    /// <summary>Longest round trip in ms; null without an answer.</summary>
    public double? RttMaxMs { get; init; }

    /// <summary>Mean difference of two answers' round trips that follow each other, in ms; null with fewer than two answers.</summary>
    public double? JitterMs { get; init; }

    /// <summary>Answers that came after one of a later probe (RFC 4737).</summary>
    public required int Reordered { get; init; }

    /// <summary>Answers that came again.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Why nothing could be sent, or less than asked; null: everything was.</summary>
    public string? Reason { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.UdpProbe"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(UdpProbeParams))]
[JsonSerializable(typeof(UdpProbeResult))]
[JsonSerializable(typeof(UdpProbeProgress))]
internal sealed partial class UdpProbeJson : JsonSerializerContext;
