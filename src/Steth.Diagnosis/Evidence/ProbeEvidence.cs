using System.Text.Json.Serialization;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Evidence;

/// <summary>One exchange that was tried: a request that went in at one end and the answer that should come back.</summary>
public sealed record ProbeEvidence
{
    /// <summary>Which of the exchanges.</summary>
    public required ProbeKind Kind { get; init; }

    /// <summary>The frame that was sent; null: none could be made (<see cref="NotRun"/> says why).</summary>
    public FrameSpec? Frame { get; init; }

    /// <summary>Why it was not run; null: it was.</summary>
    public string? NotRun { get; init; }

    /// <summary>Where it entered: the node.</summary>
    public string? Host { get; init; }

    /// <summary>How it entered; null: it did not.</summary>
    public InjectionMethod? Injection { get; init; }

    /// <summary>Why not where the guest's own frames enter; null: it was there.</summary>
    public string? InjectionNote { get; init; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; init; }

    /// <summary>Where it and its answer were seen.</summary>
    public IReadOnlyList<Sighting> Sightings { get; set; } = [];
}

/// <summary>The exchanges a diagnosis knows.</summary>
public enum ProbeKind
{
    /// <summary>DHCPDISCOVER and DHCPOFFER.</summary>
    [JsonStringEnumMemberName("dhcp")]
    Dhcp,

    /// <summary>ARP for the gateway.</summary>
    [JsonStringEnumMemberName("arp-gateway")]
    ArpGateway,

    /// <summary>ICMP echo to the gateway.</summary>
    [JsonStringEnumMemberName("echo-gateway")]
    EchoGateway,

    /// <summary>ICMP echo to the external gateway, through the router.</summary>
    [JsonStringEnumMemberName("echo-internet")]
    EchoInternet,

    /// <summary>ICMP echo to the floating IP, from the outside.</summary>
    [JsonStringEnumMemberName("echo-floating")]
    EchoFloating,

    /// <summary>ARP for the metadata server of an isolated network (its DHCP port).</summary>
    [JsonStringEnumMemberName("arp-metadata")]
    ArpMetadata,

    /// <summary>TCP SYN to 169.254.169.254:80.</summary>
    [JsonStringEnumMemberName("syn-metadata")]
    SynMetadata,

    /// <summary>ARP for the peer.</summary>
    [JsonStringEnumMemberName("arp-peer")]
    ArpPeer,

    /// <summary>ICMP echo to the peer.</summary>
    [JsonStringEnumMemberName("echo-peer")]
    EchoPeer,

    /// <summary>ICMP echo of the network's MTU with DF, to the peer or the gateway.</summary>
    [JsonStringEnumMemberName("echo-large")]
    EchoLarge,

    /// <summary>ICMP echo from the peer to the port.</summary>
    [JsonStringEnumMemberName("echo-from-peer")]
    EchoFromPeer,
}

/// <summary>A frame of an exchange on one device.</summary>
public sealed record Sighting
{
    /// <summary>The node.</summary>
    public required string Host { get; init; }

    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>Its namespace; null: the host's own.</summary>
    public string? Namespace { get; init; }

    /// <summary>True: the request. False: an answer.</summary>
    public required bool IsRequest { get; init; }

    /// <summary>Its name: DHCPDISCOVER, ARP REPLY, ICMP echo request, ICMP unreachable, SYN-ACK, RST.</summary>
    public required string Message { get; init; }

    /// <summary>Which way it crossed the device.</summary>
    public required FrameDirection Direction { get; init; }

    /// <summary>Kernel time stamp of its node (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Outermost VLAN tag; null: none.</summary>
    public int? Vlan { get; init; }

    /// <summary>VNI of the tunnel it was in; null: none.</summary>
    public int? Vni { get; init; }

    /// <summary>Source MAC (of the inner frame).</summary>
    public MacAddress? SourceMac { get; init; }

    /// <summary>Server identifier of a DHCPOFFER, sender MAC of an ARP reply, sender address of another answer; null: none.</summary>
    public string? Sender { get; init; }
}

/// <summary>A device that was to be listened on.</summary>
public sealed record ListenerEvidence
{
    /// <summary>The node.</summary>
    public required string Host { get; init; }

    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>Its namespace; null: the host's own.</summary>
    public string? Namespace { get; init; }

    /// <summary>
    /// Why "not seen" means nothing here: not listened on, ended early, frames dropped. Null: it means that it was not there.
    /// </summary>
    public string? Problem { get; init; }
}
