using System.Net;
using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Asks by a device who has certain addresses, and collects every MAC that answers for each.</summary>
/// <remarks>
/// IPv4 is asked for with the sender 0.0.0.0, as an ARP probe (RFC 5227, 2.1.1), from which nobody learns anything. IPv6 is asked for by a
/// neighbour solicitation (RFC 4861, 4.3) from the device's own address, whose answer is for the device alone.
/// </remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NeighbourScanParams
{
    /// <summary>The device to ask by; NoSuchDevice when it does not exist.</summary>
    public required DeviceName Device { get; init; }

    /// <summary>Its named network namespace; null: the agent's own.</summary>
    public NamespaceName? Namespace { get; init; }

    /// <summary>1–4096 addresses, IPv4 and IPv6 mixed.</summary>
    public required IReadOnlyList<IPAddress> Targets { get; init; }

    /// <summary>How often each is asked for, 1–10, at least 250 ms apart.</summary>
    public int Count { get; set; } = 2;

    /// <summary>Requests a second at most, 1–10000.</summary>
    public int Pps { get; set; } = 200;

    /// <summary>How long to listen after the last request, 50–60000 ms.</summary>
    public int WaitMs { get; set; } = 1000;
}

/// <summary>Who answered.</summary>
public sealed record NeighbourScanResult
{
    /// <summary>Requests the kernel took.</summary>
    public required int Sent { get; init; }

    /// <summary>Requests that were seen leaving by the device: proof that it was listened on.</summary>
    public required int Left { get; init; }

    /// <summary>Frames that may have been missed by a slow listener; a "nobody answered" is worth nothing when this is not 0.</summary>
    public required long Dropped { get; init; }

    /// <summary>One entry a target, in the order asked.</summary>
    public required IReadOnlyList<ScannedNeighbour> Neighbours { get; init; }

    /// <summary>Why some targets were not asked for; empty: all were.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}

/// <summary>Who has one address.</summary>
/// <param name="Address">The address.</param>
/// <param name="Macs">
/// MACs that said they have it, in the order heard: by an answer, or by any ARP packet of their own. Two mean a duplicate address;
/// 64 are told at most.
/// </param>
public sealed record ScannedNeighbour(IPAddress Address, IReadOnlyList<MacAddress> Macs);

/// <summary>JSON shapes of <see cref="AgentOperations.NeighbourScan"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(NeighbourScanParams))]
[JsonSerializable(typeof(NeighbourScanResult))]
internal sealed partial class NeighbourScanJson : JsonSerializerContext;
