using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Readiness.Vlans;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Tests.Readiness.Vlans;

/// <summary>
/// What is printed explains what is broken, whatever is broken: the partitions and the sentences of the findings are read back and compared
/// with the fabric they came from.
/// </summary>
public partial class VlanReportProperties
{
    private const int Vlans = 5;

    // VLANs 1-5 and untagged; each has a matrix of its own, often that of its neighbour.
    private static readonly Gen<Fabric> _fabrics =
        from nodes in Gen.Choose(2, 6)
        from matrices in (from broken in Gen.Elements(0, 5, 20, 50, 90)
                          from numbers in Gen.Choose(0, 99).ArrayOf(nodes * nodes)
                          select numbers.Select(number => number < broken).ToArray()).ArrayOf(3)
        from choice in Gen.Choose(0, 2).ArrayOf(Vlans + 1)
        from down in Gen.Frequency((4, Gen.Constant(-1)), (1, Gen.Choose(0, nodes - 1)))
        from silent in Gen.Frequency((4, Gen.Constant(-1)), (1, Gen.Choose(0, nodes - 1)))
        select new Fabric(nodes, [.. choice.Select(i => matrices[i])], down, silent == down ? -1 : silent);

    [Fact]
    public void Judge_Partitions_TwoNodesShareAGroupExactlyWhenTheyHearEachOther() => Holds((fabric, report) =>
        Enumerable.Range(1, Vlans).All(vlan =>
        {
            var groups = report.Partitions.SingleOrDefault(partition => partition.Vlans.Contains(vlan))?.Groups;
            return fabric.MeasuredPairs().All(pair => groups is null
                ? fabric.IsGood(pair.From, pair.To, vlan)
                : groups.Any(group => group.Contains($"n{pair.From}") && group.Contains($"n{pair.To}"))
                    == (fabric.IsGood(pair.From, pair.To, vlan) && fabric.IsGood(pair.To, pair.From, vlan)));
        }));

    [Fact]
    public void Judge_Findings_ExplainEveryBrokenPairAndNoGoodOne() => Holds((fabric, report) =>
    {
        var explained = report.Findings.SelectMany(finding => Explained(fabric, finding)).ToHashSet();
        return Enumerable.Range(1, Vlans).All(vlan => fabric.MeasuredPairs().All(pair =>
            explained.Contains((vlan, pair.From, pair.To)) == !fabric.IsGood(pair.From, pair.To, vlan)));
    });

    [Fact]
    public void Judge_Results_AreTheFabric() => Holds((fabric, report) =>
    {
        long Count(CheckState state) => report.Results.Count(result => result.State == state);
        return report.Results.Count == Vlans * fabric.Nodes * (fabric.Nodes - 1)
            && report.Results.All(result => result.State == fabric.StateOf(int.Parse(result.From[1..]), int.Parse(result.To[1..]), result.Vlan))
            && report.ResultCounts == new VlanResultCounts(Count(CheckState.Pass), Count(CheckState.Fail), Count(CheckState.Unknown))
            && report.Pairs.All(pair => report.Results.Where(result => result.From == pair.From && result.To == pair.To)
                .All(result => result.State == (pair.Failed.Contains(result.Vlan) ? CheckState.Fail
                    : pair.Unknown.Contains(result.Vlan) ? CheckState.Unknown : CheckState.Pass)))
            && report.Status == CheckReport.StatusOf(
                report.Results.Select(result => result.State).Concat(report.Findings.Select(finding => finding.State)));
    });

    /// <summary>The directed pairs that the words of a finding say are broken, in each of its VLANs.</summary>
    private static IEnumerable<(int Vlan, int From, int To)> Explained(Fabric fabric, CheckFinding finding)
    {
        var vlans = VlanText().Match(finding.Summary) is { Success: true } match ? VlanSet.Parse(match.Groups[1].Value) : VlanSet.Parse("1-5");
        return vlans.Members().SelectMany(vlan => Pairs(fabric, finding).Select(pair => (vlan, pair.From, pair.To)));
    }

    private static IEnumerable<(int From, int To)> Pairs(Fabric fabric, CheckFinding finding)
    {
        bool Names(params int[] nodes) => nodes.All(node => finding.Nodes.Contains($"n{node}"));
        var all = fabric.MeasuredPairs();
        switch (finding.Id)
        {
            case "vlan-nothing-crosses" or "vlan-nowhere":
                return all.Where(pair => Names(pair.From, pair.To));
            case "vlan-nic-down" or "vlan-node-isolated" or "vlan-missing":
                return all.Where(pair => Names(pair.From) || Names(pair.To));
            case "vlan-split":
                var groups = finding.Summary[finding.Summary.IndexOf('{', StringComparison.Ordinal)..].Split(" | ").Select(Numbers).ToArray();
                return all.Where(pair => groups.Any(group => group.Contains(pair.From)) && groups.Any(group => group.Contains(pair.To))
                    && !groups.Any(group => group.Contains(pair.From) && group.Contains(pair.To)));
            case "vlan-one-way" when OneSided().Match(finding.Summary) is { Success: true } one:
                var (first, second) = (Numbers(one.Groups["first"].Value), Numbers(one.Groups["second"].Value));
                return one.Groups["way"].Value == "from" ? Product(first, second) : Product(second, first);
            case "vlan-one-way" or "vlan-blocked":
                var lines = finding.Evidence.Where(line => line.Contains(" -> ", StringComparison.Ordinal)).Select(line => line.Split(" -> "))
                    .SelectMany(ends => Product(Numbers(ends[0]), Numbers(ends[1]))).ToArray();
                return finding.Id == "vlan-blocked" ? lines.Concat(lines.Select(pair => (pair.To, pair.From))) : lines;
            default:
                return [];
        }
    }

    private static IEnumerable<(int From, int To)> Product(int[] from, int[] to) => from.SelectMany(one => to.Select(other => (one, other)));

    private static int[] Numbers(string text) => [.. NodeName().Matches(text).Select(match => int.Parse(match.Groups[1].Value))];

    private static void Holds(Func<Fabric, VlanReport, bool> property) => Prop.ForAll(
        _fabrics.ToArbitrary(), fabric => property(fabric, fabric.World().Judge()))
        .Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(300));

    [GeneratedRegex(@"VLANs? ([0-9,-]+)")]
    private static partial Regex VlanText();

    [GeneratedRegex(@"\bn(\d)\b")]
    private static partial Regex NodeName();

    [GeneratedRegex(@"not cross (?<way>from|to) (?<first>n\d) (?:to|from) (?<second>[^;]*)(?:;|$)")]
    private static partial Regex OneSided();

    /// <summary>A random fabric. Broken: by VLAN (0: untagged), then sender times nodes plus receiver.</summary>
    private sealed record Fabric(int Nodes, bool[][] Broken, int Down, int Silent)
    {
        public VlanWorld World() => new(Nodes, "1-5")
        {
            Crosses = (from, to, vlan) => !Broken[vlan][from * Nodes + to],
            Node = (number, node) => number == Down ? node with { AdminUp = false } : number == Silent ? node with { Silent = "no answer" } : node,
        };

        public bool IsGood(int from, int to, int vlan) => from != Down && to != Down && !Broken[vlan][from * Nodes + to];

        public CheckState StateOf(int from, int to, int vlan) => from == Silent || to == Silent ? CheckState.Unknown
            : IsGood(from, to, vlan) ? CheckState.Pass : CheckState.Fail;

        public IEnumerable<(int From, int To)> MeasuredPairs() =>
            from one in Enumerable.Range(0, Nodes)
            from other in Enumerable.Range(0, Nodes)
            where one != other && one != Silent && other != Silent
            select (one, other);

        public override string ToString() => $"{Nodes} nodes, down {Down}, silent {Silent}: "
            + string.Join(" | ", Broken.Select((pairs, vlan) => $"{vlan}: " + string.Join(' ', Enumerable.Range(0, Nodes * Nodes)
                .Where(i => pairs[i] && i / Nodes != i % Nodes).Select(i => $"{i / Nodes}>{i % Nodes}"))));
    }
}
