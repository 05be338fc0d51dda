using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Filters;

/// <summary>
/// Holds what was lost in a namespace against its connection tracking. A full table alone drops nothing as long as it holds connections
/// that
/// the kernel may give up (early_drop of net/netfilter/nf_conntrack_core.c): where the kernel counts what it dropped, that has to have
/// moved.
/// </summary>
internal static class ConntrackReading
{
    private const double Nearly = 0.95;

    /// <summary>The finding, a remark where the table is nearly full and dropped nothing; null: there is room.</summary>
    public static Finding? Judge(
        Cause cause, HostEvidence host, string device, NamespaceInspectResult before, NamespaceInspectResult? after,
        IReadOnlyList<(ProbeEvidence Probe, ProbeOutcome Outcome)> lost, IReadOnlyList<PathHop> at)
    {
        if ((after ?? before).Conntrack is not { Max: > 0 } table || table.Count < Nearly * table.Max)
            return null;
        var isTracked = lost.Where(p => !p.Probe.Kind.IsArp()).ToList();
        var dropped = after is null ? 0 : table.Dropped - before.Conntrack?.Dropped;
        var broke = after is not null && table.Count >= table.Max && isTracked.Count > 0
            && (dropped is null || dropped >= isTracked.Max(p => p.Probe.Attempts) && dropped > 0);
        var consequence = broke ? "packets of new ones are dropped" : "once there are more, packets of new ones are dropped";
        var space = (after ?? before).Namespace is { } name ? $"{name} has" : "the host has";
        return new Finding
        {
            Cause = cause,
            Host = host.Name,
            Device = device,
            At = broke ? at : [],
            Breaks = [.. isTracked.Select(p => p.Probe.Kind)],
            IsObserved = broke && dropped is not null,
            IsRemark = !broke,
            Evidence =
            [
                string.Create(CultureInfo.InvariantCulture,
                    $"{host.Name}: {space} {table.Count} of at most {table.Max} tracked connections (net.netfilter.nf_conntrack_max); "
                        + $"{consequence}"),
                .. broke && dropped is { } packets
                    ? [string.Create(CultureInfo.InvariantCulture,
                        $"{host.Name}: {packets} packets could not be tracked and were dropped while the probe was sent "
                            + $"{isTracked.Max(p => p.Probe.Attempts)} times")]
                    : Array.Empty<string>(),
            ],
            // In a namespace the value can only be read.
            Remedy = string.Create(CultureInfo.InvariantCulture,
                $"on {host.Name} run 'sysctl -w net.netfilter.nf_conntrack_max={2 * table.Max}' in the host's own namespace, "
                    + $"and see what fills the table ('conntrack -L')"),
        };
    }
}
