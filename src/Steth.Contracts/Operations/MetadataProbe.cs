using System.Net;
using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Asks the metadata agent's socket as haproxy would. One of router and network is needed.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record MetadataProbeParams
{
    /// <summary>The guest's fixed IPv4 address (X-Forwarded-For).</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The router whose namespace the guest asks through (X-Neutron-Router-ID).</summary>
    public Guid? RouterId { get; init; }

    /// <summary>The isolated network (X-Neutron-Network-ID).</summary>
    public Guid? NetworkId { get; init; }

    /// <summary>How long to wait, 1–60 s.</summary>
    public int TimeoutSeconds { get; set; } = 5;
}

/// <summary>How far a request came. The body is discarded.</summary>
public sealed record MetadataProbeResult
{
    /// <summary>The socket that was asked: that of haproxy's configuration, else <c>/var/lib/neutron/metadata_proxy</c>.</summary>
    public required string Socket { get; init; }

    /// <summary>HTTP status; null: no answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why there was none: no socket, refused, no answer in time; null when there was.</summary>
    public string? Failure { get; init; }

    /// <summary>How long it took in ms.</summary>
    public required double TookMs { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.MetadataProbe"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(MetadataProbeParams))]
[JsonSerializable(typeof(MetadataProbeResult))]
internal sealed partial class MetadataProbeJson : JsonSerializerContext;
