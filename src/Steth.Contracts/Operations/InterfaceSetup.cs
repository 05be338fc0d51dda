using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Adds an address to an interface and brings it up.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InterfaceSetupParams
{
    /// <summary>
    /// The interface; one that carries the caller's own connection is refused (PermissionDenied) without <see cref="Force"/>, and one with
    /// a change that is not confirmed yet or on a lease until that has ended (Busy).
    /// </summary>
    public required DeviceName Interface { get; init; }

    /// <summary>The address to add. One that is there already is left as it is.</summary>
    public required InterfaceAddress Cidr { get; init; }

    /// <summary>
    /// Remove the interface's other addresses first; refused (PermissionDenied) without <see cref="Force"/> where the agent did not make
    /// the interface.
    /// </summary>
    public bool Flush { get; init; }

    /// <summary>Also where that may cut something off.</summary>
    public bool Force { get; init; }

    /// <summary>Undo it when not renewed for this long, 1–3600 s; null: the change stays.</summary>
    public int? LeaseSeconds { get; init; }

    /// <summary>
    /// Without a lease a change of an interface in use (it has an address, carries a route or the caller's connection, is a port of a
    /// bridge or bond) is undone unless confirmed within this long, 1–600 s; null: the caller cannot confirm, and it is refused
    /// (PermissionDenied).
    /// </summary>
    public int? ConfirmSeconds { get; set; } = 60;
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

    /// <summary>Renew, release or confirm by this; null for a lasting change.</summary>
    public string? LeaseId { get; init; }

    /// <summary>
    /// The change is undone unless <see cref="AgentOperations.InterfaceConfirm"/> names the lease within this long, in seconds; null: it
    /// need not be confirmed.
    /// </summary>
    public int? ConfirmWithinSeconds { get; init; }
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
