using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Makes the 802.1Q device <c>INTERFACE.VLAN</c> and brings it up.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record VlanAddParams
{
    /// <summary>
    /// The parent; refused (PermissionDenied) when it is a port of OVS, a bridge or a bond: a VLAN device there takes that VLAN's
    /// frames away from the bridge (vlan_do_receive runs before the rx handler).
    /// </summary>
    public required DeviceName Interface { get; init; }

    /// <summary>The VLAN.</summary>
    public required VlanId VlanId { get; init; }

    /// <summary>
    /// Delete it when not renewed for this long, 1–3600 s; null: the device stays, and is refused (Busy) where it is there on a lease.
    /// </summary>
    public int? LeaseSeconds { get; init; }
}

/// <summary>The VLAN device.</summary>
public sealed record VlanAddResult
{
    /// <summary>Name of the device.</summary>
    public required string Interface { get; init; }

    /// <summary>False when a device for this VLAN was there before; it is then left alone.</summary>
    public required bool Created { get; init; }

    /// <summary>Renew or release by this; null for a lasting change or when nothing was created.</summary>
    public string? LeaseId { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.VlanAdd"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(VlanAddParams))]
[JsonSerializable(typeof(VlanAddResult))]
internal sealed partial class VlanAddJson : JsonSerializerContext;
