using System.Net;
using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Sends a DHCPDISCOVER untagged and into VLANs by a NIC, and collects every server that offers an address.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DhcpScanParams
{
    /// <summary>The NIC; NoSuchDevice when it does not exist.</summary>
    public required DeviceName Device { get; init; }

    /// <summary>Its named network namespace; null: the agent's own.</summary>
    public NamespaceName? Namespace { get; init; }

    /// <summary>VLANs to ask in, tagged, at most 4094; no VLAN device is needed or made.</summary>
    public IReadOnlyList<VlanId> Vlans { get; set; } = [];

    /// <summary>Ask untagged as well.</summary>
    public bool Untagged { get; set; } = true;

    /// <summary>
    /// The transaction id of the untagged DISCOVER; a tagged one's has the VLAN id added. Its low 12 bits are 0. Scanners of one run share
    /// the high 8 bits, by which they know each other.
    /// </summary>
    public required uint FirstXid { get; init; }

    /// <summary>DISCOVERs in each VLAN, 1–10, a second apart.</summary>
    public int Count { get; set; } = 2;

    /// <summary>Frames a second at most, 1–10000.</summary>
    public int Pps { get; set; } = 200;

    /// <summary>
    /// How long to listen after the last frame, 100–60000 ms. A dnsmasq first pings what it is about to offer, for 3 s.
    /// </summary>
    public int WaitMs { get; set; } = 4000;
}

/// <summary>What was heard.</summary>
public sealed record DhcpScanResult
{
    /// <summary>Frames that may have been missed by a slow listener; a "no server" is worth nothing when this is not 0.</summary>
    public required long Dropped { get; init; }

    /// <summary>The untagged one first, when it was asked for, then the VLANs in the order asked.</summary>
    public required IReadOnlyList<ScannedVlan> Vlans { get; init; }
}

/// <summary>One VLAN.</summary>
public sealed record ScannedVlan
{
    /// <summary>The VLAN; null: untagged.</summary>
    public VlanId? VlanId { get; init; }

    /// <summary>DISCOVERs that were seen leaving by the NIC in it: proof that it was listened on.</summary>
    public required int Left { get; init; }

    /// <summary>
    /// First transaction ids of the run's other scanners whose DISCOVERs arrived in it: proof that what is broadcast in it arrives here.
    /// </summary>
    public required IReadOnlyList<uint> Heard { get; init; }

    /// <summary>Offers to our DISCOVERs, one a server.</summary>
    public required IReadOnlyList<DhcpScanOffer> Offers { get; init; }
}

/// <summary>One server's offer.</summary>
public sealed record DhcpScanOffer
{
    /// <summary>Option 54, the server's address as it calls itself; null when it did not say.</summary>
    public IPAddress? Server { get; init; }

    /// <summary>Source of the frame: the server, or the relay before it.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>The address it offers.</summary>
    public required IPAddress Offered { get; init; }

    /// <summary>The relay it came by (giaddr); null: none.</summary>
    public IPAddress? Relay { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.DhcpScan"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(DhcpScanParams))]
[JsonSerializable(typeof(DhcpScanResult))]
internal sealed partial class DhcpScanJson : JsonSerializerContext;
