using System.Net;
using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>
/// Finds the largest IP packet that passes to each of many targets, all at once: packets with DF, that take no account of what the kernel
/// remembers of a path. A size counts as too large only when it was lost again and again while a small packet passed at the same time.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record MtuSearchParams
{
    /// <summary>What the reflectors were given.</summary>
    public required ulong Token { get; init; }

    /// <summary>1–4096 targets, of 64 different <c>from</c> at most.</summary>
    public required IReadOnlyList<MtuSearchTarget> Targets { get; init; }

    /// <summary>Also by ICMP echo, whose answers are as large as the requests.</summary>
    public bool Icmp { get; set; } = true;

    /// <summary>Packets a second over all targets, 1–1000000.</summary>
    public int Pps { get; set; } = 5000;

    /// <summary>How long to wait for the small packet's answer, 10–10000 ms.</summary>
    public int TimeoutMs { get; set; } = 250;
}

/// <summary>Whom, and from which of this host's addresses.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record MtuSearchTarget
{
    /// <summary>An address of this host, of the same IP version. Packets leave only by the interface that holds it.</summary>
    public required IPAddress From { get; init; }

    /// <summary>The target's address.</summary>
    public required IPAddress To { get; init; }

    /// <summary>UDP port of the target's reflector, 1–65535; null: it has none, and ICMP alone is tried.</summary>
    public int? Port { get; init; }
}

/// <summary>How far it is.</summary>
public sealed record MtuSearchProgress
{
    /// <summary>Searches that are done.</summary>
    public required int Done { get; init; }

    /// <summary>Of how many.</summary>
    public required int Planned { get; init; }
}

/// <summary>What passed.</summary>
public sealed record MtuSearchResult
{
    /// <summary>One entry a target, in the order asked.</summary>
    public required IReadOnlyList<MtuSearchTargetResult> Targets { get; init; }
}

/// <summary>What passed to one target.</summary>
public sealed record MtuSearchTargetResult
{
    /// <summary>From where.</summary>
    public required IPAddress From { get; init; }

    /// <summary>Whom.</summary>
    public required IPAddress To { get; init; }

    /// <summary>The interface that packets left by; null: by the routes.</summary>
    public string? Interface { get; init; }

    /// <summary>Its MTU in bytes: no more can be tried. Null: not known.</summary>
    public int? InterfaceMtu { get; init; }

    /// <summary>
    /// What the kernel believes the path's MTU to be, where that is less than the interface's; null: it believes nothing.
    /// </summary>
    public int? RememberedMtu { get; init; }

    /// <summary>By UDP, whose answers are small: the way there alone. Null: not tried.</summary>
    public MtuFound? Udp { get; init; }

    /// <summary>By ICMP echo: there and back, unless the target's own stack fragments its answer. Null: not tried.</summary>
    public MtuFound? Icmp { get; init; }
}

/// <summary>What a search found. Sizes are those of IP packets, headers included.</summary>
public sealed record MtuFound
{
    /// <summary>The largest that passed, in bytes; null: none did, not even a small one.</summary>
    public int? Passed { get; init; }

    /// <summary>The smallest that did not; null: all that the interface takes did.</summary>
    public int? Failed { get; init; }

    /// <summary>Packets sent.</summary>
    public required int Sent { get; init; }

    /// <summary>How long it took, in ms.</summary>
    public required double TookMs { get; init; }

    /// <summary>Why nothing was found, or who said what about a size that did not pass; null: nobody did.</summary>
    public string? Reason { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.MtuSearch"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(MtuSearchParams))]
[JsonSerializable(typeof(MtuSearchResult))]
[JsonSerializable(typeof(MtuSearchProgress))]
internal sealed partial class MtuSearchJson : JsonSerializerContext;
