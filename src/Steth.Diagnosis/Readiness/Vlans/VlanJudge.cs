using Steth.Contracts.Operations;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>
/// Judges which VLANs cross between which nodes. A VLAN is blocked for a pair only when every copy of its probe was seen leaving and none
/// arrived at a node that is known to have listened; everything else is UNKNOWN.
/// </summary>
public static class VlanJudge
{
    /// <summary>Judges.</summary>
    /// <param name="evidence">What was measured.</param>
    public static VlanReport Judge(VlanEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var matrix = new VlanMatrix(evidence);
        var faults = matrix.Kinds.ToDictionary(kind => kind, kind => new VlanFaultTable(matrix, kind));
        var rows = new VlanRows(evidence, matrix);
        var counts = rows.Counts();
        IReadOnlyList<CheckFinding> findings =
        [
            .. new VlanNodeFindings(evidence, matrix).Down(),
            .. new VlanFaultFindings(evidence, matrix, faults).All(),
            .. new VlanMoveFindings(evidence, matrix).All(),
            .. new VlanLossFindings(evidence, matrix).Findings(),
            .. new VlanNodeFindings(evidence, matrix).Unknown(),
        ];
        return new VlanReport
        {
            Check = "vlan",
            Status = Status(evidence, counts, findings),
            Results = rows.Results(),
            ResultCounts = counts,
            Pairs = rows.Pairs(),
            Partitions = Partitions(evidence, matrix),
            Findings = findings,
            Unreachable =
            [
                .. evidence.Nodes.Where(node => node.Silent is not null).Select(node => new UnreachableHost(node.Name, node.Silent!)),
            ],
            Notes = [.. new VlanNotes(evidence, matrix, faults[VlanProbeKind.Plain]).All()],
            Nodes = [.. evidence.Nodes.Select(node => node.Name)],
            Vlans = evidence.Vlans,
        };
    }

    private static CheckState Status(VlanEvidence evidence, VlanResultCounts counts, IReadOnlyList<CheckFinding> findings) =>
        CheckReport.StatusOf(
        [
            .. counts.Pass > 0 ? (CheckState[])[CheckState.Pass] : [],
            .. counts.Fail > 0 ? (CheckState[])[CheckState.Fail] : [],
            .. counts.Unknown > 0 || evidence.Nodes.Any(node => node.Silent is not null) ? (CheckState[])[CheckState.Unknown] : [],
            .. findings.Select(finding => finding.State),
        ]);

    private static IReadOnlyList<VlanPartition> Partitions(VlanEvidence evidence, VlanMatrix matrix)
    {
        int[] down = [.. Enumerable.Range(0, evidence.Nodes.Count).Where(node => evidence.Nodes[node].IsDown)];
        var byGroups = new Dictionary<string, (IReadOnlyList<IReadOnlyList<int>> Groups, VlanSet Vlans)>();
        var patterns = matrix.Patterns(VlanProbeKind.Plain).Select(vlans => vlans.Intersect(evidence.Vlans));
        foreach (var pattern in patterns.Where(vlans => !vlans.IsEmpty))
        {
            var vlan = pattern.Members().First();
            int[] known = [.. matrix.Probed.Where(node => down.Length > 0 || IsKnown(matrix, node, vlan))];
            var groups = VlanGroups.Of([.. known.Concat(down).Order()], (a, b) =>
                !down.Contains(a) && !down.Contains(b) && !IsBroken(matrix, a, b, vlan) && !IsBroken(matrix, b, a, vlan));
            if (groups.Count < 2)
                continue;
            var key = string.Join('|', groups.Select(group => string.Join(',', group)));
            byGroups[key] = byGroups.TryGetValue(key, out var same) ? same with { Vlans = same.Vlans.Union(pattern) } : (groups, pattern);
        }
        return
        [
            .. byGroups.Values.OrderBy(entry => entry.Vlans.Members().First()).Select(entry => new VlanPartition
            {
                Vlans = entry.Vlans,
                Groups = [.. entry.Groups.Select(group => (IReadOnlyList<string>)[.. group.Select(node => evidence.Nodes[node].Name)])],
            }),
        ];
    }

    private static bool IsBroken(VlanMatrix matrix, int sender, int receiver, int vlan) =>
        matrix.Pair(sender, receiver, VlanProbeKind.Plain).Broken.Contains(vlan);

    private static bool IsKnown(VlanMatrix matrix, int node, int vlan) => matrix.Probed.Any(other => other != node
        && (IsKnown(matrix.Pair(node, other, VlanProbeKind.Plain), vlan) || IsKnown(matrix.Pair(other, node, VlanProbeKind.Plain), vlan)));

    private static bool IsKnown(VlanPair pair, int vlan) => pair.Heard.Contains(vlan) || pair.Broken.Contains(vlan);
}
