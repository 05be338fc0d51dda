using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>
/// Which NICs to look at, and for how long. Nothing is changed on them; listening for LLDP makes them promiscuous meanwhile.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NicInspectParams
{
    /// <summary>1–64 devices: NICs, bonds and their members. One that is not there is a result.</summary>
    public required IReadOnlyList<DeviceName> Nics { get; init; }

    /// <summary>How long to watch the counters, 0–30 s; 0: they are read once.</summary>
    public int Seconds { get; set; } = 2;

    /// <summary>
    /// How long to listen for LLDP on NICs of which lldpd tells no neighbour, 0–35 s; 0: not at all. Switches send it every 30 s
    /// (IEEE 802.1AB, msgTxInterval). Runs beside the watching of the counters.
    /// </summary>
    public int LldpSeconds { get; set; }

    /// <summary>Look in this named network namespace; null: the agent's own. lldpd is asked for the agent's own only.</summary>
    public NamespaceName? Namespace { get; init; }
}

/// <summary>One entry a NIC, in the order asked.</summary>
public sealed record NicInspectResult
{
    /// <summary>The NICs.</summary>
    public required IReadOnlyList<NicFacts> Nics { get; init; }

    /// <summary>Time between the two readings of the counters in ms; null: they were read once.</summary>
    public int? LookedMs { get; init; }

    /// <summary>lldpd was asked and answered.</summary>
    public required bool Lldpd { get; init; }
}

/// <summary>
/// One NIC. Null is what its driver does not have or does not say, unless <see cref="Unmeasured"/> names it: then it could not be read.
/// </summary>
public sealed record NicFacts
{
    /// <summary>Its name, as asked.</summary>
    public required string Name { get; init; }

    /// <summary>There is such a device; all else is null or empty when there is not.</summary>
    public required bool Exists { get; init; }

    /// <summary>IFLA_INFO_KIND (<c>bond</c>, <c>veth</c>, …); null for a physical NIC.</summary>
    public string? Kind { get; init; }

    /// <summary>The bond or bridge it is enslaved to.</summary>
    public string? Master { get; init; }

    /// <summary>IFF_UP: somebody brought it up.</summary>
    public bool? AdminUp { get; init; }

    /// <summary>IFF_LOWER_UP: the link has a carrier.</summary>
    public bool? Carrier { get; init; }

    /// <summary>In Mbit/s (ETHTOOL_GLINKSETTINGS); of a bond the sum of its members.</summary>
    public int? SpeedMbps { get; init; }

    /// <summary><c>full</c> or <c>half</c>.</summary>
    public string? Duplex { get; init; }

    /// <summary>Speed and duplex are negotiated.</summary>
    public bool? Autoneg { get; init; }

    /// <summary>In bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>Hardware address.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The driver's name (ETHTOOL_GDRVINFO): <c>ixgbe</c>.</summary>
    public string? Driver { get; init; }

    /// <summary>Its version; the kernel's release for drivers of the kernel's own.</summary>
    public string? DriverVersion { get; init; }

    /// <summary>The firmware's version.</summary>
    public string? Firmware { get; init; }

    /// <summary>Where it sits: <c>0000:3b:00.0</c>.</summary>
    public string? Bus { get; init; }

    /// <summary>Counters at first; null when the kernel told none.</summary>
    public NicCounters? Before { get; init; }

    /// <summary>Counters after <see cref="NicInspectResult.LookedMs"/>; null when they were not read again or it is gone.</summary>
    public NicCounters? After { get; init; }

    /// <summary>Descriptors of its rings (ETHTOOL_GRINGPARAM).</summary>
    public NicRing? Ring { get; init; }

    /// <summary>Its queues (ETHTOOL_GCHANNELS).</summary>
    public NicChannels? Channels { get; init; }

    /// <summary>Flow control (ETHTOOL_GPAUSEPARAM).</summary>
    public NicPause? Pause { get; init; }

    /// <summary>Features by the kernel's names (<c>tx-tcp-segmentation</c>) and whether they are on; null: not told.</summary>
    public IReadOnlyDictionary<string, bool>? Offloads { get; init; }

    /// <summary>Of a bond.</summary>
    public BondFacts? Bond { get; init; }

    /// <summary>Who is at the other end of the cable by LLDP; empty: nobody was heard.</summary>
    public IReadOnlyList<LldpNeighbour> Lldp { get; set; } = [];

    /// <summary>Somebody listened for LLDP on it: lldpd, or this call as long as was asked.</summary>
    public bool LldpAsked { get; init; }

    /// <summary>What could not be read, and why.</summary>
    public IReadOnlyList<NicUnmeasured> Unmeasured { get; set; } = [];
}

/// <summary>A part that could not be read.</summary>
public sealed record NicUnmeasured
{
    /// <summary>link, driver, ring, channels, pause, offloads, bond or lldp.</summary>
    public required string What { get; init; }

    /// <summary>Why, in a few words.</summary>
    public required string Reason { get; init; }
}

/// <summary>rtnl_link_stats64 of a NIC; null is what iproute2 did not print.</summary>
public sealed record NicCounters
{
    /// <summary>Packets received.</summary>
    public long? RxPackets { get; init; }

    /// <summary>Packets sent.</summary>
    public long? TxPackets { get; init; }

    /// <summary>All receive errors; those of the checksum are among them.</summary>
    public long? RxErrors { get; init; }

    /// <summary>Received and dropped by the kernel, frames of unknown protocols too.</summary>
    public long? RxDropped { get; init; }

    /// <summary>Frames with a wrong checksum: cable, optics.</summary>
    public long? RxCrc { get; init; }

    /// <summary>The NIC's own buffer overran.</summary>
    public long? RxFifo { get; init; }

    /// <summary>The host gave no descriptors in time: the ring was full.</summary>
    public long? RxMissed { get; init; }

    /// <summary>All send errors.</summary>
    public long? TxErrors { get; init; }

    /// <summary>Dropped before sending.</summary>
    public long? TxDropped { get; init; }

    /// <summary>Sent without a carrier.</summary>
    public long? TxCarrier { get; init; }

    /// <summary>The NIC's own buffer ran empty.</summary>
    public long? TxFifo { get; init; }

    /// <summary>How often the link came or went.</summary>
    public long? CarrierChanges { get; init; }
}

/// <summary>Descriptors of a NIC's rings.</summary>
public sealed record NicRing
{
    /// <summary>For receiving.</summary>
    public required long Rx { get; init; }

    /// <summary>The most there can be for receiving.</summary>
    public required long RxMax { get; init; }

    /// <summary>For sending.</summary>
    public required long Tx { get; init; }

    /// <summary>The most there can be for sending.</summary>
    public required long TxMax { get; init; }
}

/// <summary>Queues of a NIC.</summary>
public sealed record NicChannels
{
    /// <summary>That receive only.</summary>
    public required long Rx { get; init; }

    /// <summary>That send only.</summary>
    public required long Tx { get; init; }

    /// <summary>That do both.</summary>
    public required long Combined { get; init; }
}

/// <summary>Flow control by pause frames (IEEE 802.3, Annex 31B).</summary>
public sealed record NicPause
{
    /// <summary>It is negotiated.</summary>
    public required bool Autoneg { get; init; }

    /// <summary>The NIC obeys them.</summary>
    public required bool Rx { get; init; }

    /// <summary>The NIC sends them.</summary>
    public required bool Tx { get; init; }
}

/// <summary>A bond as /proc/net/bonding tells it (Documentation/networking/bonding.rst).</summary>
public sealed record BondFacts
{
    /// <summary><c>802.3ad</c>, <c>active-backup</c>, <c>balance-xor</c>, …; the kernel's words when they are others.</summary>
    public required string Mode { get; init; }

    /// <summary>Its own MII status is up.</summary>
    public bool? MiiUp { get; init; }

    /// <summary><c>slow</c> or <c>fast</c>; null without LACP.</summary>
    public string? LacpRate { get; init; }

    /// <summary><c>layer3+4</c>; null where the mode has none.</summary>
    public string? XmitHash { get; init; }

    /// <summary>The member that carries the traffic in active-backup.</summary>
    public string? ActiveMember { get; init; }

    /// <summary>Id of the aggregator that carries the traffic; null without LACP.</summary>
    public int? Aggregator { get; init; }

    /// <summary>The system at the other end of it; all zeroes: nobody speaks LACP. Null: not told, which needs CAP_NET_ADMIN.</summary>
    public MacAddress? Partner { get; init; }

    /// <summary>Its members.</summary>
    public required IReadOnlyList<BondMember> Members { get; init; }
}

/// <summary>A member of a bond.</summary>
public sealed record BondMember
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The bond takes its link for up.</summary>
    public bool? MiiUp { get; init; }

    /// <summary>How often its link failed since it is a member.</summary>
    public long? LinkFailures { get; init; }

    /// <summary>Its aggregator; null without LACP.</summary>
    public int? Aggregator { get; init; }

    /// <summary>The system at its other end; all zeroes: nobody speaks LACP there. Null: not told.</summary>
    public MacAddress? Partner { get; init; }

    /// <summary>The key (link aggregation group) of the partner's port.</summary>
    public int? PartnerKey { get; init; }

    /// <summary>
    /// Its own LACP state, bits of IEEE 802.1AX, 6.4.2.3: 8 in sync, 16 collecting, 32 distributing, 64 defaulted, 128 expired.
    /// </summary>
    public int? ActorState { get; init; }

    /// <summary>The partner's.</summary>
    public int? PartnerState { get; init; }
}

/// <summary>What a switch says of itself by LLDP (IEEE 802.1AB). Its words are the switch's: bounded, without control characters.</summary>
public sealed record LldpNeighbour
{
    /// <summary>Its chassis: a MAC, an address or a name.</summary>
    public required string ChassisId { get; init; }

    /// <summary>Its port: a name, a MAC or a number.</summary>
    public required string PortId { get; init; }

    /// <summary>Its name; null: not told.</summary>
    public string? SystemName { get; init; }

    /// <summary>What it calls the port; null: not told.</summary>
    public string? PortDescription { get; init; }

    /// <summary>The VLAN of untagged frames, 1–4094; null: not told.</summary>
    public int? VlanId { get; init; }

    /// <summary>How long it holds, in seconds; null: not told.</summary>
    public int? TtlSeconds { get; init; }

    /// <summary><c>lldpd</c> or <c>capture</c>.</summary>
    public required string Source { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.NicInspect"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(NicInspectParams))]
[JsonSerializable(typeof(NicInspectResult))]
internal sealed partial class NicInspectJson : JsonSerializerContext;
