using Steth.Diagnosis.Readiness.Mesh;

namespace Steth.Controller.Checks.Mesh;

/// <summary>What to probe, and how.</summary>
public sealed record MeshRequest
{
    /// <summary>The UDP port the reflectors listen on unless another is asked for, beside the agent's own of the same number.</summary>
    public const int DefaultPort = 9698;

    /// <summary>The network types.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>Probes from each node to each other, 1–1000.</summary>
    public int Count { get; init; } = 10;

    /// <summary>Between two probes to one node, 0–60000 ms.</summary>
    public int IntervalMs { get; init; } = 20;

    /// <summary>How long an answer may take, 1–60000 ms.</summary>
    public int TimeoutMs { get; init; } = 1000;

    /// <summary>UDP payload, 36–65000 bytes.</summary>
    public int Size { get; init; } = 64;

    /// <summary>Probes a second one node sends at most.</summary>
    public int Pps { get; init; } = 5000;

    /// <summary>The UDP port the reflectors listen on; 0: any that is free.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>What is too bad.</summary>
    public MeshThresholds Thresholds { get; init; } = new();
}
