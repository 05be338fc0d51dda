using System.Runtime.CompilerServices;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Mesh;

/// <summary>A pair and what it came to.</summary>
/// <param name="Pair">What was measured.</param>
/// <param name="Trouble">The first thing that is wrong with it.</param>
/// <param name="Reason">In words; null when nothing is.</param>
internal sealed record JudgedPair(MeshPair Pair, MeshTrouble Trouble, string? Reason)
{
    /// <summary>PASS, FAIL or UNKNOWN.</summary>
    public CheckState State => Trouble switch
    {
        MeshTrouble.None => CheckState.Pass,
        MeshTrouble.Unmeasured or MeshTrouble.Unproven or MeshTrouble.Overload or MeshTrouble.Crowded => CheckState.Unknown,
        _ => CheckState.Fail,
    };

    /// <summary>Judges one pair.</summary>
    /// <param name="pair">What was measured.</param>
    /// <param name="allowed">What is too bad.</param>
    /// <param name="typical">The network's median of the pairs' medians in ms; null: there is nothing to compare with.</param>
    public static JudgedPair Of(MeshPair pair, MeshThresholds allowed, double? typical)
    {
        if (pair.Problem is { } problem)
            return new JudgedPair(pair, MeshTrouble.Unmeasured, problem.Reason);
        if (pair.Sent == 0)
            return new JudgedPair(pair, MeshTrouble.NotSent, pair.Refusal ?? "nothing was sent");
        if (100.0 * (pair.Sent - pair.Received) / pair.Sent > allowed.LossPercent)
            return Lossy(pair);
        if (pair.RttP99Ms > allowed.RttP99Ms)
            return new JudgedPair(pair, MeshTrouble.Slow,
                Words($"99% of round trips take {pair.RttP99Ms} ms; allowed are {allowed.RttP99Ms}"));
        if (pair.RttP50Ms > typical * allowed.OutlierFactor && pair.RttP50Ms > typical + allowed.OutlierMs)
            return new JudgedPair(pair, MeshTrouble.Outlier, Words($"a round trip takes {pair.RttP50Ms} ms; {typical} ms are usual here"));
        if (pair.JitterMs > allowed.JitterMs)
            return new JudgedPair(pair, MeshTrouble.Unsteady, Words($"jitter of {pair.JitterMs} ms; allowed are {allowed.JitterMs}"));
        return new JudgedPair(pair, MeshTrouble.None, null);
    }

    /// <summary>The row of the report.</summary>
    public MeshResult Result() => new()
    {
        From = Pair.From,
        To = Pair.To,
        Network = Pair.Network,
        IpVersion = Pair.IpVersion,
        Sent = Pair.Sent,
        Received = Pair.Received,
        LossPercent = Pair.Sent == 0 ? null : Math.Round(100.0 * (Pair.Sent - Pair.Received) / Pair.Sent, 2),
        RttP50Ms = Pair.RttP50Ms,
        RttP99Ms = Pair.RttP99Ms,
        JitterMs = Pair.JitterMs,
        State = State,
        LostThere = Pair.Reflected is { } reflected ? Math.Max(0, Pair.Sent - reflected) : null,
        LostBack = Pair.Answered is { } answered ? Math.Max(0, answered - Pair.Received) : null,
        RttMinMs = Pair.RttMinMs,
        RttMaxMs = Pair.RttMaxMs,
        Reordered = Pair.Reordered,
        Duplicates = Pair.Duplicates,
        Reason = Reason,
    };

    private static JudgedPair Lossy(MeshPair pair)
    {
        var lost = pair.Sent - pair.Received;
        if (pair.Reflected is not { } reflected || pair.Answered is not { } answered)
            return new JudgedPair(pair, MeshTrouble.Unproven,
                Words($"{lost} of {pair.Sent} lost, but {pair.To} did not tell what reached it"));
        if (reflected == 0 && !pair.Proven)
            return new JudgedPair(pair, MeshTrouble.Unproven, $"nothing shows that {pair.To} could hear");
        if (pair.Crowded.Count > 0)
            return new JudgedPair(pair, MeshTrouble.Crowded,
                Words($"{lost} of {pair.Sent} lost while the neighbour table of {string.Join(" and ", pair.Crowded)} was full"));
        if (pair.OwnLosses > 0)
            return new JudgedPair(pair, MeshTrouble.Overload,
                Words($"{lost} of {pair.Sent} lost, up to {pair.OwnLosses} by the nodes themselves"));
        return new JudgedPair(pair, MeshTrouble.Loss, Words(
            $"{lost} of {pair.Sent} lost: {Math.Max(0, pair.Sent - reflected)} on the way there, "
                + $"{Math.Max(0, answered - pair.Received)} on the way back"));
    }

    private static string Words(ref DefaultInterpolatedStringHandler text) => text.ToStringAndClear();
}

/// <summary>What can be wrong with a pair.</summary>
internal enum MeshTrouble
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It could not be tried.</summary>
    Unmeasured,

    /// <summary>There was loss, and nothing shows that the other node could have heard.</summary>
    Unproven,

    /// <summary>There was loss, and the nodes lost packets themselves.</summary>
    Overload,

    /// <summary>There was loss, and a node had no room for the other as a neighbour.</summary>
    Crowded,

    /// <summary>The sender's kernel took no probe.</summary>
    NotSent,

    /// <summary>Too much was lost between the nodes.</summary>
    Loss,

    /// <summary>The 99th percentile is too long.</summary>
    Slow,

    /// <summary>The median is far from the network's.</summary>
    Outlier,

    /// <summary>Too much jitter.</summary>
    Unsteady,
}
