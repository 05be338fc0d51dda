using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Deletes a virtual interface.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InterfaceTeardownParams
{
    /// <summary>
    /// The interface; refused (PermissionDenied) when it is hardware or belongs to a bridge or bond, and without <see cref="Force"/> when
    /// it carries the caller's own connection or was not made by an agent.
    /// </summary>
    public required DeviceName Interface { get; init; }

    /// <summary>Also one that carries the caller's own connection or that no agent made.</summary>
    public bool Force { get; init; }
}

/// <summary>What was deleted.</summary>
public sealed record InterfaceTeardownResult
{
    /// <summary>The interface.</summary>
    public required string Interface { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.InterfaceTeardown"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(InterfaceTeardownParams))]
[JsonSerializable(typeof(InterfaceTeardownResult))]
internal sealed partial class InterfaceTeardownJson : JsonSerializerContext;
