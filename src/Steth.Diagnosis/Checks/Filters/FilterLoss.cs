using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Filters;

/// <summary>
/// Probes that were lost in a namespace, held against what its packet filter counted meanwhile. A rule or a policy is blamed when it
/// dropped
/// at least as many packets as a probe was sent; others of the namespace's packets may move its counter, too.
/// </summary>
internal sealed record FilterLoss
{
    /// <summary>The cause that is named.</summary>
    public required Cause Cause { get; init; }

    /// <summary>The node.</summary>
    public required HostEvidence Host { get; init; }

    /// <summary>Where a finding is placed.</summary>
    public required string Device { get; init; }

    /// <summary>The hops at which it acts.</summary>
    public required IReadOnlyList<PathHop> At { get; init; }

    /// <summary>What was lost.</summary>
    public required IReadOnlyList<(ProbeEvidence Probe, ProbeOutcome Outcome)> Lost { get; init; }

    /// <summary>Whether a probe comes by a hook.</summary>
    public required Func<FilterDrop, ProbeKind, bool> Passes { get; init; }

    /// <summary>Devices that a probe has for its incoming or outgoing one where a rule sees it.</summary>
    public required Func<FilterDrop, IReadOnlyCollection<string>> Devices { get; init; }

    /// <summary>What a finding brings about.</summary>
    public IReadOnlyList<Cause> Explains { get; init; } = [];

    /// <summary>What was blamed by its counter.</summary>
    public IEnumerable<Finding> Counted(NamespaceInspectResult before, NamespaceInspectResult after)
    {
        // A chain that several hooks lead to counts for all of them: it is the hook the probe comes by that matters.
        foreach (var drop in FilterDrop.Between(before, after).Where(d => Met(d).Count > 0).DistinctBy(d => d.Words))
        {
            var broken = Met(drop);
            if (drop.Moved is not { } moved || moved < broken.Max(p => p.Probe.Attempts) || moved == 0)
                continue;
            yield return new Finding
            {
                Cause = Cause,
                Host = Host.Name,
                Device = Device,
                At = At,
                Breaks = [.. broken.Select(p => p.Probe.Kind)],
                BreaksRequest = broken.All(p => p.Outcome.IsRequest) ? true : broken.All(p => !p.Outcome.IsRequest) ? false : null,
                IsObserved = true,
                Explains = Explains,
                Evidence =
                [
                    string.Create(CultureInfo.InvariantCulture,
                        $"{Host.Name}: {In(after)}{drop.Words} dropped {moved} packets while the probe was sent "
                            + $"{broken.Max(p => p.Probe.Attempts)} times; it should not meet them"),
                ],
                Remedy = $"on {Host.Name} run '{Prefix(after)}{drop.Command}'{drop.Besides}, or change the firewall that put it there",
            };
        }
    }

    /// <summary>
    /// What cannot be blamed and cannot be ruled out, because nothing counts what it drops; null: there is nothing of the kind.
    /// </summary>
    public Finding? Uncounted(NamespaceInspectResult before, NamespaceInspectResult after)
    {
        var silent = FilterDrop.Between(before, after).Where(d => d.Moved is null && Met(d).Count > 0).DistinctBy(d => d.Words).ToList();
        if (silent.Count == 0)
            return null;
        var others = silent.Count == 1 ? "" : FormattableString.Invariant($" (and {silent.Count - 1} more like it)");
        return CaseReading.Undecided(
            Cause, Host.Name,
            $"{Host.Name}: {In(after)}{silent[0].Words}{others} may have dropped the probe and counts nothing; to know, let it count "
                + $"('{Prefix(after)}{silent[0].Command}') and diagnose again, or set 'meta nftrace set 1' on it and watch "
                + $"'{Prefix(after)}nft monitor trace'");
    }

    private List<(ProbeEvidence Probe, ProbeOutcome Outcome)> Met(FilterDrop drop) =>
        [.. Lost.Where(p => Passes(drop, p.Probe.Kind) && drop.Match?.MayMeet(p.Probe.Kind, Devices(drop)) != false)];

    private static string In(NamespaceInspectResult space) => space.Namespace is { } name ? $"in {name} " : "";

    private static string Prefix(NamespaceInspectResult space) => space.Namespace is { } name ? $"ip netns exec {name} " : "";
}
