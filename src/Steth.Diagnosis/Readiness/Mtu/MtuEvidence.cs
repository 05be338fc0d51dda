using Steth.Diagnosis.Readiness.Pairs;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Mtu;

/// <summary>What passes between nodes.</summary>
public sealed record MtuEvidence
{
    /// <summary>Every directed pair of every network, in the order of the nodes.</summary>
    public required IReadOnlyList<MtuPair> Pairs { get; init; }

    /// <summary>The interfaces that hold the nodes' addresses.</summary>
    public required IReadOnlyList<MtuInterface> Interfaces { get; init; }

    /// <summary>What has to pass.</summary>
    public required IReadOnlyList<MtuNeed> Needs { get; init; }

    /// <summary>Nodes whose agent is silent.</summary>
    public required IReadOnlyList<UnreachableHost> Unreachable { get; init; }

    /// <summary>What is worth saying about how the needs were found, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>One way between two nodes on a network.</summary>
public sealed record MtuPair
{
    /// <summary>Who sent.</summary>
    public required string From { get; init; }

    /// <summary>Who received.</summary>
    public required string To { get; init; }

    /// <summary>The network type.</summary>
    public required string Network { get; init; }

    /// <summary>4 or 6.</summary>
    public required int IpVersion { get; init; }

    /// <summary>By UDP: this way alone. Null: not tried.</summary>
    public MtuMeasure? Udp { get; init; }

    /// <summary>By ICMP echo: there and back. Null: not tried.</summary>
    public MtuMeasure? Icmp { get; init; }

    /// <summary>What the sender's kernel believes of the path, less than its interface's MTU; null: nothing.</summary>
    public int? Remembered { get; init; }

    /// <summary>Why it could not be measured; null: it was tried.</summary>
    public PairProblem? Problem { get; init; }

    /// <summary>
    /// The largest IP packet that passed, in bytes; null: not measured. UDP's word counts, as it is about this way alone.
    /// </summary>
    public int? Mtu => Problem is null ? Udp?.Passed ?? Icmp?.Passed : null;
}

/// <summary>What a search found. Sizes are those of IP packets in bytes.</summary>
/// <param name="Passed">The largest that passed; null: none did, not even a small one.</param>
/// <param name="Failed">The smallest that was lost again and again while small ones passed; null: none.</param>
/// <param name="Reason">Why nothing was found, or who said what of a size; null: nobody did.</param>
public sealed record MtuMeasure(int? Passed, int? Failed, string? Reason);

/// <summary>An interface that holds a node's address.</summary>
/// <param name="Node">The node.</param>
/// <param name="Network">The network type.</param>
/// <param name="IpVersion">4 or 6.</param>
/// <param name="Name">The interface.</param>
/// <param name="Mtu">In bytes.</param>
public sealed record MtuInterface(string Node, string Network, int IpVersion, string Name, int Mtu);

/// <summary>What has to pass on a network.</summary>
/// <param name="Network">The network type; null: every one.</param>
/// <param name="Bytes">Of an IPv4 packet, the outer one where tenants' packets are carried in others.</param>
/// <param name="BytesV6">Of an IPv6 packet.</param>
/// <param name="Why">For whom: <c>vxlan network 'private' of 1500 bytes</c>.</param>
public sealed record MtuNeed(string? Network, int Bytes, int BytesV6, string Why);
