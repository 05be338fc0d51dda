using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Bandwidth;

/// <summary>A run and what it came to.</summary>
/// <param name="Run">What was measured.</param>
/// <param name="Trouble">What is wrong with it.</param>
/// <param name="Reason">In words; null when nothing is.</param>
internal sealed record JudgedRun(BandwidthRun Run, BandwidthTrouble Trouble, string? Reason)
{
    /// <summary>Speed of the slower of the two links; null: not known.</summary>
    public double? LinkBitsPerSecond { get; init; }

    /// <summary>What is needed; null: nothing is, or it is not known.</summary>
    public double? NeededBitsPerSecond { get; init; }

    /// <summary>The nodes on which iperf used up a CPU; empty: none.</summary>
    public IReadOnlyList<string> Busy { get; init; } = [];

    /// <summary>PASS, FAIL or UNKNOWN.</summary>
    public CheckState State => Trouble switch
    {
        BandwidthTrouble.None => CheckState.Pass,
        BandwidthTrouble.NoConnection or BandwidthTrouble.Low or BandwidthTrouble.Outlier => CheckState.Fail,
        _ => CheckState.Unknown,
    };

    /// <summary>The row of the report.</summary>
    public BandwidthResult Result(bool isUdp) => new()
    {
        From = Run.From,
        To = Run.To,
        Network = Run.Network,
        Protocol = isUdp ? "UDP" : "TCP",
        BitsPerSecond = Round(Run.Measurement?.BitsPerSecond, 0),
        Retransmits = Run.Measurement?.Retransmits,
        JitterMs = Round(Run.Measurement?.JitterMs, 3),
        LossPercent = Round(Run.Measurement?.LossPercent, 2),
        SenderCpuPercent = Round(Run.Measurement?.SenderCpuPercent, 1),
        ReceiverCpuPercent = Round(Run.Measurement?.ReceiverCpuPercent, 1),
        LinkBitsPerSecond = LinkBitsPerSecond,
        NeededBitsPerSecond = Round(NeededBitsPerSecond, 0),
        State = State,
        Reason = Reason,
    };

    private static double? Round(double? value, int digits) => value is { } number ? Math.Round(number, digits) : null;
}

/// <summary>What can be wrong with a run.</summary>
internal enum BandwidthTrouble
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An agent is silent.</summary>
    Silent,

    /// <summary>A node could not run iperf.</summary>
    NotRun,

    /// <summary>The two nodes did not get together, or nothing arrived.</summary>
    NoConnection,

    /// <summary>Less than is needed.</summary>
    Low,

    /// <summary>Far less than is usual on the network.</summary>
    Outlier,

    /// <summary>Less than is needed, but a CPU was the limit.</summary>
    CpuBound,

    /// <summary>A share of the link is needed, and its speed is not known.</summary>
    LinkUnknown,
}
