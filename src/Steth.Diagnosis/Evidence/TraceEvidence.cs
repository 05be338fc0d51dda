using System.Net;
using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Evidence;

/// <summary>A probe's frame followed through the OpenFlow tables of one node.</summary>
public sealed record TraceEvidence
{
    /// <summary>The node.</summary>
    public required string Host { get; init; }

    /// <summary>Whose frame.</summary>
    public required ProbeKind Probe { get; init; }

    /// <summary>True: the request. False: its answer.</summary>
    public required bool IsRequest { get; init; }

    /// <summary>
    /// True: not the probe's frame, which never left the router, but the ARP request for the next hop that the router sends instead.
    /// </summary>
    public bool AsksForNeighbour { get; init; }

    /// <summary>The device it enters by: tap, qvo, a NIC, a tunnel port, a service's port.</summary>
    public required string Entry { get; init; }

    /// <summary>The device it should leave by.</summary>
    public required string Exit { get; init; }

    /// <summary>The way; null: it could not be followed (<see cref="Problem"/> says why).</summary>
    public OvsTraceResult? Result { get; init; }

    /// <summary>Why it could not be followed; null: it was.</summary>
    public string? Problem { get; init; }

    /// <summary>By how many packets the last flow of the way moved while the probe was sent again; null: not measured.</summary>
    public long? LastFlowMoved { get; init; }

    /// <summary>How often the probe was sent meanwhile.</summary>
    public int SentMeanwhile { get; init; }
}

/// <summary>What crosses from one NIC to another, measured with probes of our own both NICs' captures must show.</summary>
public sealed record FabricEvidence
{
    /// <summary>The node that sent.</summary>
    public required string FromHost { get; init; }

    /// <summary>Its NIC.</summary>
    public required string FromNic { get; init; }

    /// <summary>The node that listened.</summary>
    public required string ToHost { get; init; }

    /// <summary>Its NIC.</summary>
    public required string ToNic { get; init; }

    /// <summary>The VLAN; null: untagged.</summary>
    public int? Vlan { get; init; }

    /// <summary>Probes seen leaving.</summary>
    public required int Left { get; init; }

    /// <summary>Probes seen arriving.</summary>
    public required int Arrived { get; init; }

    /// <summary>The listening capture is proven alive: it saw other frames, or its own node's probes.</summary>
    public required bool ListenerAlive { get; init; }

    /// <summary>Why it could not be measured; null: it was.</summary>
    public string? Problem { get; init; }
}

/// <summary>What crosses between two tunnel endpoints: ICMP echo with DF, from the one's tunnel address to the other's.</summary>
public sealed record UnderlayEvidence
{
    /// <summary>The node that asked.</summary>
    public required string FromHost { get; init; }

    /// <summary>The node that should answer.</summary>
    public required string ToHost { get; init; }

    /// <summary>The tunnel address asked.</summary>
    public required IPAddress Target { get; init; }

    /// <summary>What came of each size.</summary>
    public required IReadOnlyList<UnderlaySize> Sizes { get; init; }

    /// <summary>Why it could not be measured; null: it was.</summary>
    public string? Problem { get; init; }
}

/// <summary>Echoes of one size.</summary>
/// <param name="IpLength">Length of the IP packet in bytes.</param>
/// <param name="Sent">How many were sent.</param>
/// <param name="Received">How many were answered.</param>
/// <param name="Reason">Why not, as far as known: <c>message too long</c>, an ICMP error; null: not known.</param>
public sealed record UnderlaySize(int IpLength, int Sent, int Received, string? Reason);
