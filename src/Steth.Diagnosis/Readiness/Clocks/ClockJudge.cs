using System.Globalization;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Clocks;

/// <summary>Judges the nodes' clocks against their median; the clock of the machine that asks is only the ruler.</summary>
public static class ClockJudge
{
    /// <summary>Judges.</summary>
    public static ClockReport Judge(ClockEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var reference = Reference(evidence);
        var results = evidence.Readings.Select(r => Result(r, reference, evidence)).ToList();
        List<CheckFinding> findings = [.. Skewed(results, evidence.ThresholdMs), .. Undecided(results, reference is not null, evidence)];
        return new ClockReport
        {
            Check = "clock",
            Status = CheckReport.StatusOf(results.Select(r => r.State)),
            ThresholdMs = evidence.ThresholdMs,
            Results = results,
            Findings = findings,
            Unreachable = evidence.Unreachable,
            Notes = Notes(reference, evidence),
            TookMs = evidence.TookMs,
        };
    }

    /// <summary>The median with what it can be wrong by; null when there are no two clocks to compare.</summary>
    private static (double OffsetMs, double UncertaintyMs)? Reference(ClockEvidence evidence)
    {
        var measured = evidence.Readings.Where(r => r.OffsetMs is not null).OrderBy(r => r.OffsetMs).ToList();
        if (measured.Count < 2)
            return null;
        var (low, high) = (measured[(measured.Count - 1) / 2], measured[measured.Count / 2]);
        return ((low.OffsetMs!.Value + high.OffsetMs!.Value) / 2, Math.Max(low.RttMs!.Value, high.RttMs!.Value) / 2);
    }

    private static ClockResult Result(ClockReading reading, (double OffsetMs, double UncertaintyMs)? reference, ClockEvidence evidence)
    {
        var result = new ClockResult
        {
            Node = reading.Node,
            RttMs = Rounded(reading.RttMs),
            Synchronized = reading.Synchronized,
            State = CheckState.Unknown,
        };
        if (reading.OffsetMs is not { } offset)
            return result with { Reason = reading.Problem ?? "its agent did not answer" };
        if (reference is not { } median)
            return result with { Reason = "there is no other clock to compare it with" };
        var skew = offset - median.OffsetMs;
        var uncertainty = reading.RttMs!.Value / 2 + median.UncertaintyMs;
        result = result with { SkewMs = Rounded(skew), UncertaintyMs = Rounded(uncertainty) };
        var (distance, threshold) = (Math.Abs(skew), evidence.ThresholdMs);
        if (distance + uncertainty <= threshold)
            return result with { State = CheckState.Pass };
        return distance - uncertainty > threshold
            ? result with { State = CheckState.Fail, Reason = $"{Way(skew)} the median" }
            : result with { Reason = $"{Way(skew)} the median, but round trips were too long to tell it from {Length(threshold)}" };
    }

    private static IEnumerable<CheckFinding> Skewed(IReadOnlyList<ClockResult> results, double threshold)
    {
        var failed = results.Where(r => r.State == CheckState.Fail).OrderBy(r => r.SkewMs).ToList();
        if (failed.Count * 2 >= results.Count(r => r.SkewMs is not null) && failed.Count > 0)
        {
            yield return Finding(
                $"the clocks agree on no time: {NodeNames.Join([.. failed.Select(r => $"{r.Node} is {Way(r.SkewMs!.Value)} the median")])}",
                failed);
            yield break;
        }
        foreach (var group in Groups(failed, threshold))
        {
            var names = NodeNames.Join([.. group.Select(r => r.Node)]);
            var way = Way(group[group.Count / 2].SkewMs!.Value);
            yield return Finding(
                group.Count == 1 ? $"the clock of {names} is {way} the other nodes'" : $"the clocks of {names} are {way} the other nodes'",
                group);
        }
    }

    /// <summary>Clocks that are wrong alike, as after a wrong time zone, are one finding.</summary>
    private static List<List<ClockResult>> Groups(IEnumerable<ClockResult> sorted, double threshold)
    {
        var groups = new List<List<ClockResult>>();
        foreach (var result in sorted)
        {
            if (groups.Count > 0 && result.SkewMs - groups[^1][^1].SkewMs <= threshold)
                groups[^1].Add(result);
            else
                groups.Add([result]);
        }
        return groups;
    }

    private static CheckFinding Finding(string summary, IReadOnlyList<ClockResult> of) => new()
    {
        Id = "clock-skew",
        State = CheckState.Fail,
        Summary = summary,
        Nodes = [.. of.Select(r => r.Node)],
        Evidence = [.. of.Select(Measured)],
        Remedy = $"Look at the time service of {NodeNames.Join([.. of.Select(r => r.Node)])} ('chronyc tracking' or 'timedatectl'), "
            + "and give all nodes the same NTP servers.",
    };

    private static string Measured(ClockResult result) =>
        string.Create(
            CultureInfo.InvariantCulture, $"{result.Node}: {result.SkewMs:+0.0;-0.0} ms against the median, ±{result.UncertaintyMs:0.0} ms")
        + (result.Synchronized == false ? "; its kernel says that no time source steers the clock" : "");

    private static IEnumerable<CheckFinding> Undecided(IReadOnlyList<ClockResult> results, bool comparable, ClockEvidence evidence)
    {
        var silent = evidence.Unreachable.Select(u => u.Host).ToHashSet();
        var unknown = results.Where(r => r.State == CheckState.Unknown && !silent.Contains(r.Node)).ToList();
        var refused = unknown.Where(r => r.RttMs is null).ToList();
        if (refused.Count > 0)
            yield return Unknown("clock-not-read", $"the clock of {Names(refused)} could not be read", refused, null);
        var measured = unknown.Where(r => r.RttMs is not null).ToList();
        if (measured.Count > 0 && !comparable)
            yield return Unknown("clock-alone", $"there is no other clock to compare that of {Names(measured)} with", measured, null);
        else if (measured.Count > 0)
        {
            yield return Unknown(
                "clock-uncertain",
                $"the clock of {Names(measured)} could not be compared to within {Length(evidence.ThresholdMs)}: round trips took too long",
                measured,
                "Try again when the nodes and the network are calm.");
        }
    }

    private static CheckFinding Unknown(string id, string summary, List<ClockResult> of, string? remedy) => new()
    {
        Id = id,
        State = CheckState.Unknown,
        Summary = summary,
        Nodes = [.. of.Select(r => r.Node)],
        Evidence = [.. of.Select(r => r.SkewMs is null ? $"{r.Node}: {r.Reason}" : Measured(r))],
        Remedy = remedy,
    };

    private static IReadOnlyList<string> Notes((double OffsetMs, double UncertaintyMs)? reference, ClockEvidence evidence)
    {
        if (reference is not { } median || Math.Abs(median.OffsetMs) - median.UncertaintyMs <= evidence.ThresholdMs)
            return [];
        return [$"The clock of this machine is {Way(-median.OffsetMs)} the nodes'; it was no part of the comparison."];
    }

    // A step of the clocks that were read.
    private static double? Rounded(double? ms) => ms is { } value ? Math.Round(value, 4) : null;

    private static string Names(IEnumerable<ClockResult> results) => NodeNames.Join([.. results.Select(r => r.Node)]);

    private static string Way(double ms) => $"{Length(Math.Abs(ms))} {(ms < 0 ? "behind" : "ahead of")}";

    private static string Length(double ms) => FormattableString.Invariant(ms switch
    {
        < 1000 => $"{ms:0.#} ms",
        < 120_000 => $"{ms / 1000:0.0} s",
        < 7_200_000 => $"{ms / 60_000:0.0} min",
        < 172_800_000 => $"{ms / 3_600_000:0.0} h",
        _ => $"{ms / 86_400_000:0.0} days",
    });
}
