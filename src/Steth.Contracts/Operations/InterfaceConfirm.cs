using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Lets a change of an interface stay.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InterfaceConfirmParams
{
    /// <summary>The lease that <see cref="AgentOperations.InterfaceSetup"/> told.</summary>
    public required string LeaseId { get; init; }
}

/// <summary>The change, which now stays.</summary>
public sealed record InterfaceConfirmResult
{
    /// <summary>What it is: <c>address 192.0.2.1/24 on eth1</c>.</summary>
    public required string Covers { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.InterfaceConfirm"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(InterfaceConfirmParams))]
[JsonSerializable(typeof(InterfaceConfirmResult))]
internal sealed partial class InterfaceConfirmJson : JsonSerializerContext;
