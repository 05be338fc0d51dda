using System.Net;
using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Sends a crafted frame.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FrameSendParams
{
    /// <summary>The device; NoSuchDevice when it does not exist.</summary>
    public required DeviceName Device { get; init; }

    /// <summary>Its named network namespace; null: the agent's own.</summary>
    public NamespaceName? Namespace { get; init; }

    /// <summary>
    /// False: the frame leaves by the device. True: the frame enters as if the device had received it, which on a tap is where the
    /// guest's own frames enter.
    /// </summary>
    public bool AsReceived { get; init; }

    /// <summary>What to send.</summary>
    public required FrameKind Kind { get; init; }

    /// <summary>Tag the frame with this VLAN.</summary>
    public VlanId? VlanId { get; init; }

    /// <summary>Source MAC; null: the device's own.</summary>
    public MacAddress? SourceMac { get; init; }

    /// <summary>Destination MAC; null: broadcast.</summary>
    public MacAddress? DestinationMac { get; init; }

    /// <summary>Source IPv4; null: 0.0.0.0 (for a DISCOVER and an ARP probe), or the device's own (ICMP).</summary>
    public IPAddress? SourceIp { get; init; }

    /// <summary>Target IPv4: whom an ARP request asks for, whom an echo or a SYN goes to. Needed for those.</summary>
    public IPAddress? TargetIp { get; init; }

    /// <summary>As <see cref="FrameSpec.Mark"/>; null: random.</summary>
    public uint? Mark { get; init; }

    /// <summary>Source port of a SYN, 1–65535; null: from the mark.</summary>
    public int? SourcePort { get; init; }

    /// <summary>Destination port of a SYN, 1–65535; needed for it.</summary>
    public int? TargetPort { get; init; }

    /// <summary>Length of an echo's IP packet in bytes, 32–65535, header included; null: 84.</summary>
    public int? IpLength { get; init; }

    /// <summary>Set DF (RFC 791); an echo's only.</summary>
    public bool DontFragment { get; init; }

    /// <summary>How often, 1–1000.</summary>
    public int Count { get; set; } = 1;

    /// <summary>Between two frames, 0–10000 ms.</summary>
    public int IntervalMs { get; set; } = 100;
}

/// <summary>What can be crafted.</summary>
[JsonConverter(typeof(EnumNameJsonConverter<FrameKind>))]
public enum FrameKind
{
    /// <summary>DHCPDISCOVER (RFC 2131) from the source MAC.</summary>
    [JsonStringEnumMemberName("dhcp_discover")]
    DhcpDiscover,

    /// <summary>ARP request (RFC 826) for the target IP.</summary>
    [JsonStringEnumMemberName("arp_request")]
    ArpRequest,

    /// <summary>ICMP echo request (RFC 792) to the target IP.</summary>
    [JsonStringEnumMemberName("icmp_echo")]
    IcmpEcho,

    /// <summary>TCP SYN (RFC 9293) to the target IP and port.</summary>
    [JsonStringEnumMemberName("tcp_syn")]
    TcpSyn,

    /// <summary>Steth's own probe (EtherType 0x88b5, IEEE 802 local experimental 1) with the mark; nothing answers it.</summary>
    [JsonStringEnumMemberName("probe")]
    Probe,
}

/// <summary>What left.</summary>
public sealed record FrameSendResult
{
    /// <summary>Frames the kernel took.</summary>
    public required int Sent { get; init; }

    /// <summary>The mark they carry.</summary>
    public required uint Mark { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.FrameSend"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(FrameSendParams))]
[JsonSerializable(typeof(FrameSendResult))]
internal sealed partial class FrameSendJson : JsonSerializerContext;
