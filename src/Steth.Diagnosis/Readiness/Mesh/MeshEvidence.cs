using Steth.Diagnosis.Readiness.Pairs;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Mesh;

/// <summary>What was measured between nodes.</summary>
public sealed record MeshEvidence
{
    /// <summary>Every directed pair of every network, in the order of the nodes.</summary>
    public required IReadOnlyList<MeshPair> Pairs { get; init; }

    /// <summary>Nodes whose agent is silent.</summary>
    public required IReadOnlyList<UnreachableHost> Unreachable { get; init; }

    /// <summary>How long each prober kept answers waiting, 99th percentile in ms, by node; subtracted already.</summary>
    public IReadOnlyDictionary<string, double> SelfDelayP99Ms { get; init; } = new Dictionary<string, double>();
}

/// <summary>One node's probes to another on a network, and what came back.</summary>
public sealed record MeshPair
{
    /// <summary>Who probed.</summary>
    public required string From { get; init; }

    /// <summary>Who was to answer.</summary>
    public required string To { get; init; }

    /// <summary>The network type.</summary>
    public required string Network { get; init; }

    /// <summary>4 or 6.</summary>
    public required int IpVersion { get; init; }

    /// <summary>Probes that left the prober.</summary>
    public int Sent { get; init; }

    /// <summary>Probes answered in time.</summary>
    public int Received { get; init; }

    /// <summary>Probes the other node's reflector had; null: it did not tell, because its agent fell silent.</summary>
    public int? Reflected { get; init; }

    /// <summary>Of them, those it answered; null as before.</summary>
    public int? Answered { get; init; }

    /// <summary>The reflector had answered its own host before: its silence means something.</summary>
    public bool Proven { get; init; }

    /// <summary>
    /// Packets the two ends lost themselves, by a full queue, for being too many or answered too late: the network is not to blame.
    /// </summary>
    public long OwnLosses { get; init; }

    /// <summary>Those of the two whose kernel had no room for new neighbours meanwhile: what they sent may never have left.</summary>
    public IReadOnlyList<string> Crowded { get; init; } = [];

    /// <summary>Shortest round trip in ms; null without an answer.</summary>
    public double? RttMinMs { get; init; }

    /// <summary>Median in ms.</summary>
    public double? RttP50Ms { get; init; }

    /// <summary>99th percentile in ms.</summary>
    public double? RttP99Ms { get; init; }

    /// <summary>Longest in ms.</summary>
    public double? RttMaxMs { get; init; }

    /// <summary>Mean difference of round trips that follow each other, in ms.</summary>
    public double? JitterMs { get; init; }

    /// <summary>Answers out of order.</summary>
    public int Reordered { get; init; }

    /// <summary>Answers that came twice.</summary>
    public int Duplicates { get; init; }

    /// <summary>Why the sender's kernel took no probe, or not all; null: it took all.</summary>
    public string? Refusal { get; init; }

    /// <summary>Why it could not be measured; null: it was tried.</summary>
    public PairProblem? Problem { get; init; }
}
