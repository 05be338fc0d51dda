using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Which named namespaces, by what they hold.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NamespaceListParams
{
    /// <summary>Devices to look for in every namespace, 0–256.</summary>
    public IReadOnlyList<DeviceName> Devices { get; set; } = [];
}

/// <summary>Named network namespaces (ip-netns(8)).</summary>
public sealed record NamespaceListResult
{
    /// <summary>All of them, by name.</summary>
    public required IReadOnlyList<NamespaceFacts> Namespaces { get; init; }
}

/// <summary>One named namespace.</summary>
public sealed record NamespaceFacts
{
    /// <summary>Its name: qdhcp-…, qrouter-…, snat-…, fip-…, ovnmeta-….</summary>
    public required string Name { get; init; }

    /// <summary>Which of the devices asked for it holds.</summary>
    public required IReadOnlyList<string> Devices { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.NamespaceList"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(NamespaceListParams))]
[JsonSerializable(typeof(NamespaceListResult))]
internal sealed partial class NamespaceListJson : JsonSerializerContext;
