using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>No parameters.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NeighbourListParams;

/// <summary>The neighbour tables of the agent's own namespace, ARP and IPv6 (<c>ip -j neigh show</c>). Nobody is asked anything.</summary>
public sealed record NeighbourListResult
{
    /// <summary>The entries, in the kernel's order.</summary>
    public required IReadOnlyList<NeighbourFacts> Neighbours { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.NeighbourList"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(NeighbourListParams))]
[JsonSerializable(typeof(NeighbourListResult))]
internal sealed partial class NeighbourListJson : JsonSerializerContext;
