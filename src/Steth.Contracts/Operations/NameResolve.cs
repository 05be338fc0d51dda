using System.Net;
using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Names to resolve as the host's programs would: by the sources of nsswitch.conf(5), /etc/hosts and DNS among them.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NameResolveParams
{
    /// <summary>1–1024 host names: letters, digits, '-', '_' and '.', at most 253 characters.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>How long one name may take, 100–60000 ms. A resolver that waits for a dead server takes 5 s and more.</summary>
    public int TimeoutMs { get; set; } = 5000;
}

/// <summary>One entry a name, in the order asked.</summary>
public sealed record NameResolveResult
{
    /// <summary>The names.</summary>
    public required IReadOnlyList<ResolvedName> Names { get; init; }
}

/// <summary>What one name came to. "Unknown" is a result, not an error.</summary>
public sealed record ResolvedName
{
    /// <summary>As asked.</summary>
    public required string Name { get; init; }

    /// <summary>Its addresses, in the order a program would try them (getaddrinfo(3)); empty when there are none.</summary>
    public required IReadOnlyList<IPAddress> Addresses { get; init; }

    /// <summary>Why there are no addresses, in a few words: <c>no source knows it</c>; null when there are.</summary>
    public string? Problem { get; init; }

    /// <summary>How long it took in ms.</summary>
    public required double TookMs { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.NameResolve"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(NameResolveParams))]
[JsonSerializable(typeof(NameResolveResult))]
internal sealed partial class NameResolveJson : JsonSerializerContext;
