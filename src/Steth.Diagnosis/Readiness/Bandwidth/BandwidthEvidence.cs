using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Bandwidth;

/// <summary>What was measured between nodes, and what is expected.</summary>
public sealed record BandwidthEvidence
{
    /// <summary>UDP at a set rate; else TCP, as fast as it goes.</summary>
    public bool IsUdp { get; init; }

    /// <summary>Streams at once in each run, at least 1.</summary>
    public int Streams { get; init; } = 1;

    /// <summary>Bit/s that each run sent at; null: as fast as it goes.</summary>
    public double? SendBitsPerSecond { get; init; }

    /// <summary>The least that is enough; null: nothing is expected, and runs are compared with each other.</summary>
    public BandwidthThreshold? Least { get; init; }

    /// <summary>Every run of every network, in the order they were planned.</summary>
    public required IReadOnlyList<BandwidthRun> Runs { get; init; }

    /// <summary>By node and network type: what its NIC there can do.</summary>
    public IReadOnlyDictionary<(string Node, string Network), NicSpeed> Nics { get; init; } = new Dictionary<(string, string), NicSpeed>();

    /// <summary>Nodes whose agent is silent.</summary>
    public required IReadOnlyList<UnreachableHost> Unreachable { get; init; }

    /// <summary>Network types on which fewer than two of the nodes have an address.</summary>
    public IReadOnlyList<string> Lonely { get; init; } = [];
}

/// <summary>One node sends to another on a network.</summary>
public sealed record BandwidthRun
{
    /// <summary>Who sends.</summary>
    public required string From { get; init; }

    /// <summary>Who receives.</summary>
    public required string To { get; init; }

    /// <summary>The network type.</summary>
    public required string Network { get; init; }

    /// <summary>Runs between other nodes at the same time.</summary>
    public int Beside { get; init; }

    /// <summary>What came of it; null: it could not be measured.</summary>
    public BandwidthMeasurement? Measurement { get; init; }

    /// <summary>Why there is no measurement; null: there is.</summary>
    public BandwidthProblem? Problem { get; init; }
}

/// <summary>What iperf told of a run.</summary>
public sealed record BandwidthMeasurement
{
    /// <summary>Mean rate at the receiver.</summary>
    public required double BitsPerSecond { get; init; }

    /// <summary>TCP segments sent again; null: not told.</summary>
    public long? Retransmits { get; init; }

    /// <summary>UDP jitter; null for TCP.</summary>
    public double? JitterMs { get; init; }

    /// <summary>UDP datagrams lost, 0–100; null for TCP.</summary>
    public double? LossPercent { get; init; }

    /// <summary>CPU the sending iperf used, in percent of one; null: not told.</summary>
    public double? SenderCpuPercent { get; init; }

    /// <summary>CPU the receiving iperf used, in percent of one; null: not told.</summary>
    public double? ReceiverCpuPercent { get; init; }
}

/// <summary>Why there is no measurement.</summary>
/// <param name="Node">At which node.</param>
/// <param name="Kind">What kind of reason.</param>
/// <param name="Reason">One sentence.</param>
public sealed record BandwidthProblem(string Node, BandwidthProblemKind Kind, string Reason);

/// <summary>Kinds of reasons.</summary>
public enum BandwidthProblemKind
{
    /// <summary>The node's agent is silent.</summary>
    Silent,

    /// <summary>The node could not run iperf: it is missing there, or its port is taken.</summary>
    NotRun,

    /// <summary>The server listened before and after, the client ran, and the two did not get together.</summary>
    NoConnection,
}

/// <summary>What a node's NIC on a network can do.</summary>
/// <param name="Nic">Its name; null: it was not found.</param>
/// <param name="BitsPerSecond">Its link's speed; null: not known.</param>
public sealed record NicSpeed(string? Nic, double? BitsPerSecond);
