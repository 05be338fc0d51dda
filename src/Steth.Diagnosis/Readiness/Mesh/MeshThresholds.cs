namespace Steth.Diagnosis.Readiness.Mesh;

/// <summary>What is too bad.</summary>
public sealed record MeshThresholds
{
    /// <summary>More loss than this is a failure, in percent.</summary>
    public double LossPercent { get; init; } = 2;

    /// <summary>A longer 99th percentile of the round trip is a failure, in ms.</summary>
    public double RttP99Ms { get; init; } = 10;

    /// <summary>More jitter is a failure, in ms.</summary>
    public double JitterMs { get; init; } = 5;

    /// <summary>
    /// A median round trip this many times the network's is an outlier, when it is longer by <see cref="OutlierMs"/> as well.
    /// </summary>
    public double OutlierFactor { get; init; } = 5;

    /// <summary>See <see cref="OutlierFactor"/>, in ms.</summary>
    public double OutlierMs { get; init; } = 1;
}
