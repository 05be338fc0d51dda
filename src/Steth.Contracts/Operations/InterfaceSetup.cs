using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Adds an address to an interface and brings it up.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InterfaceSetupParams
{
    /// <summary>The interface; refused (PermissionDenied) when it carries the caller's own connection.</summary>
    public required DeviceName Interface { get; init; }

    /// <summary>The address to add. One that is there already is left as it is.</summary>
    public required InterfaceAddress Cidr { get; init; }

    /// <summary>Remove the interface's other addresses first.</summary>
    public bool Flush { get; init; }

    /// <summary>Undo it when not renewed for this long, 1–3600 s; null: the change stays.</summary>
    public int? LeaseSeconds { get; init; }
}

/// <summary>What was changed.</summary>
public sealed record InterfaceSetupResult
{
    /// <summary>The interface.</summary>
    public required string Interface { get; init; }

    /// <summary>The address it now has.</summary>
    public required InterfaceAddress Address { get; init; }

    /// <summary>False when the address was there before.</summary>
    public required bool Added { get; init; }

    /// <summary>Renew or release by this; null for a lasting change.</summary>
    public string? LeaseId { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.InterfaceSetup"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(InterfaceSetupParams))]
[JsonSerializable(typeof(InterfaceSetupResult))]
internal sealed partial class InterfaceSetupJson : JsonSerializerContext;
