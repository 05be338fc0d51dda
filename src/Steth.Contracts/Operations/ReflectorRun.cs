using System.Net;
using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Answers the probes of one run on addresses of this host, until it is ended, its time is over or the caller goes away.</summary>
/// <remarks>
/// The idea is the stateless reflector of RFC 5357 appendix I (TWAMP light). It is no open reflector: it answers only datagrams that carry
/// the run's token and come from an address named as a peer, never by more bytes than were asked, and only so many a second.
/// </remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReflectorRunParams
{
    /// <summary>By which reflector.end ends it.</summary>
    public required Guid ReflectorId { get; init; }

    /// <summary>Random number of the run: what does not carry it is not answered.</summary>
    public required ulong Token { get; init; }

    /// <summary>1–64 addresses of this host to answer on.</summary>
    public required IReadOnlyList<ReflectorPoint> Points { get; init; }

    /// <summary>It ends by itself then, 1–3600 s.</summary>
    public int Seconds { get; set; } = 60;

    /// <summary>Answers a second over all points, 1–1000000; what comes beyond is counted as refused.</summary>
    public int Pps { get; set; } = 20000;
}

/// <summary>Where to answer, and whom.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReflectorPoint
{
    /// <summary>An address of this host.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>UDP port, 0–65535; 0: one that is free.</summary>
    public int Port { get; init; }

    /// <summary>Who is answered, 0–4096 addresses; this host itself always is.</summary>
    public required IReadOnlyList<IPAddress> Peers { get; init; }
}

/// <summary>Once, before any probe is answered for a peer: where it listens.</summary>
public sealed record ReflectorListening
{
    /// <summary>One entry a point, in the order asked.</summary>
    public required IReadOnlyList<ReflectorPointState> Points { get; init; }
}

/// <summary>Whether a point listens.</summary>
public sealed record ReflectorPointState
{
    /// <summary>Its address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The UDP port; null when it does not listen.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// It answered a probe that this host sent to itself: what it does not hear from now on did not reach this host's socket.
    /// </summary>
    public required bool Proven { get; init; }

    /// <summary>Why it does not listen, or is not proven; null: both are so.</summary>
    public string? Problem { get; init; }
}

/// <summary>What it counted; greetings are not in it.</summary>
public sealed record ReflectorRunResult
{
    /// <summary>One entry a point, in the order asked.</summary>
    public required IReadOnlyList<ReflectorPointCounts> Points { get; init; }

    /// <summary>As of udp.probe: answers to neighbours without room are this host's loss. Null when the kernel does not tell.</summary>
    public long? NeighboursFull { get; init; }
}

/// <summary>What one point counted.</summary>
public sealed record ReflectorPointCounts
{
    /// <summary>Its address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Datagrams without the token, or from nobody's peer: not answered.</summary>
    public required long Strangers { get; init; }

    /// <summary>Datagrams that found the socket's queue full; null when the kernel does not tell.</summary>
    public long? Dropped { get; init; }

    /// <summary>The peers that were heard.</summary>
    public required IReadOnlyList<ReflectorPeerCounts> Peers { get; init; }
}

/// <summary>What came from one peer.</summary>
public sealed record ReflectorPeerCounts
{
    /// <summary>The peer.</summary>
    public required IPAddress Peer { get; init; }

    /// <summary>Probes, duplicates not counted.</summary>
    public required int Received { get; init; }

    /// <summary>Of them, those answered.</summary>
    public required int Answered { get; init; }

    /// <summary>Probes that came again.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Probes that came after one with a higher sequence (RFC 4737).</summary>
    public required int Reordered { get; init; }

    /// <summary>Probes not answered because there were too many a second, or because this host's queue took no more.</summary>
    public required int Refused { get; init; }

    /// <summary>
    /// Of those answered, how many more than 250 ms after they came: this host was too busy, and the prober may have given up.
    /// </summary>
    public int Late { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.ReflectorRun"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(ReflectorRunParams))]
[JsonSerializable(typeof(ReflectorRunResult))]
[JsonSerializable(typeof(ReflectorListening))]
internal sealed partial class ReflectorRunJson : JsonSerializerContext;
