using Steth.Controller.Checks.Mesh;
using Steth.Diagnosis.Readiness.Mtu;

namespace Steth.Controller.Checks.Mtu;

/// <summary>What to try, and how.</summary>
public sealed record MtuRequest
{
    /// <summary>The network types.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>What has to pass beside the interfaces' own MTU.</summary>
    public IReadOnlyList<MtuNeed> Needs { get; init; } = [];

    /// <summary>What is worth saying about how the needs were found, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Packets a second one node sends at most.</summary>
    public int Pps { get; init; } = 5000;

    /// <summary>The UDP port the reflectors listen on; 0: any that is free.</summary>
    public int Port { get; init; } = MeshRequest.DefaultPort;

    /// <summary>How long the answer to a small packet may take, 10–10000 ms.</summary>
    public int TimeoutMs { get; init; } = 250;
}
