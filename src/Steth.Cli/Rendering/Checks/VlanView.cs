using System.Globalization;
using Steth.Cli.Commands;
using Steth.Diagnosis.Readiness.Vlans;

namespace Steth.Cli.Rendering.Checks;

/// <summary>What a reader wants to see of the VLANs between nodes.</summary>
public static class VlanView
{
    private static readonly Column<VlanResult>[] _results =
    [
        new("vlan", "VLAN", result => Cell.Whole(result.Vlan)),
        new("from", "From", result => Cell.Text(result.From)),
        new("to", "To", result => Cell.Text(result.To)),
        new("sent", "Sent", result => Cell.Whole(result.Sent)),
        new("received", "Received", result => Cell.Whole(result.Received)),
        new("state", "State", result => Tones.State(result.State)),
    ];

    private static readonly Column<VlanPartition>[] _partitions =
    [
        new("vlans", "VLANs", partition => Cell.Text(partition.Vlans.ToString())),
        new("groups", "Groups that hear each other",
            partition => Cell.Text(string.Join(" | ", partition.Groups.Select(group => $"{{{string.Join(", ", group)}}}")))),
    ];

    private static readonly Column<VlanPairResult>[] _pairs =
    [
        new("from", "From", pair => Cell.Text(pair.From)),
        new("to", "To", pair => Cell.Text(pair.To)),
        new("state", "State", pair => Tones.State(pair.State)),
        new("broken", "Do not cross", pair => Cell.Text(Shown(pair.Failed.ToString()))),
        new("unknown", "Not measured", pair => Cell.Text(Shown(pair.Unknown.ToString()))),
    ];

    /// <summary>Makes it.</summary>
    /// <param name="report">The report.</param>
    /// <param name="isFolded">For people: partitions and pairs instead of a row a VLAN and pair.</param>
    public static CheckView Of(VlanReport report, bool isFolded)
    {
        ArgumentNullException.ThrowIfNull(report);
        IReadOnlyList<CheckTable> tables = isFolded
            ?
            [
                new CheckTable("VLANs that do not cross everywhere", Sheet.Of(_partitions, report.Partitions, isSingle: false)),
                new CheckTable("Directed pairs", Sheet.Of(_pairs, report.Pairs, isSingle: false)),
            ]
            : [new CheckTable("Results", Sheet.Of(_results, report.Results, isSingle: false))];
        return new CheckView(report, Headline(report), tables, report.Pairs.Count == 0 ? [] : [Map(report)]);
    }

    private static string Headline(VlanReport report)
    {
        var broken = report.Partitions.Sum(partition => partition.Vlans.Count);
        var tried = string.Create(CultureInfo.InvariantCulture,
            $"{report.Vlans.Count:N0} {(report.Vlans.Count == 1 ? "VLAN" : "VLANs")}, {report.Nodes.Count} nodes, "
            + $"{report.Pairs.Count:N0} directed pairs");
        if (broken == 0 && report.ResultCounts.Unknown == 0 && report.Pairs.Count > 0)
            return $"{tried}: all VLANs cross everywhere";
        return string.Create(CultureInfo.InvariantCulture,
            $"{tried}: {report.Vlans.Count - broken:N0} VLANs without a break, {broken:N0} broken");
    }

    private static HeatMap Map(VlanReport report) => new("VLANs that do not cross", report.Nodes,
    [
        .. report.Pairs.Select(pair => new HeatCell(pair.From, pair.To,
            pair.Unknown.Equals(report.Vlans) ? null : (double)pair.Failed.Count / report.Vlans.Count,
            pair.State,
            pair.Failed.Count.ToString(CultureInfo.InvariantCulture))),
    ]);

    private static string? Shown(string vlans) => vlans.Length == 0 ? null : vlans;
}
