using Steth.Diagnosis.Readiness;

namespace Steth.Controller.Checks.Bandwidth;

/// <summary>What to measure, and how.</summary>
public sealed record BandwidthRequest
{
    /// <summary>The TCP port the servers listen on unless another is asked for, as with <c>check-iperf</c>.</summary>
    public const int DefaultPort = 5001;

    /// <summary>The network types, one after the other.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>Between whom.</summary>
    public PairChoice Pairs { get; init; } = PairChoice.All;

    /// <summary>How long each run sends, 1–3600 s.</summary>
    public int Seconds { get; init; } = 2;

    /// <summary>Streams at once in each run, 1–128.</summary>
    public int Streams { get; init; } = 1;

    /// <summary>Where the servers listen, 1–65535.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>UDP, each stream at this rate in bit/s; null: TCP, as fast as it goes.</summary>
    public long? UdpRateBps { get; init; }

    /// <summary>The least that is enough; null: runs are compared with each other.</summary>
    public BandwidthThreshold? Least { get; init; }
}
