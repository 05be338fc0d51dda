using System.Globalization;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Mtu;

/// <summary>Judges what passes between nodes. Pure.</summary>
public static class MtuJudge
{
    /// <summary>Judges it.</summary>
    public static MtuReport Judge(MtuEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var interfaces = evidence.Interfaces.GroupBy(i => (i.Node, i.Network, i.IpVersion)).ToDictionary(g => g.Key, g => g.First());
        JudgedWay[] judged =
        [
            .. evidence.Pairs.Select(p => new JudgedWay(
                p,
                interfaces.GetValueOrDefault((p.From, p.Network, p.IpVersion)),
                interfaces.GetValueOrDefault((p.To, p.Network, p.IpVersion)),
                NeedOf(evidence, p))),
        ];
        MtuResult[] results = [.. judged.Select(j => j.Result())];
        CheckFinding[] findings =
        [
            .. judged.GroupBy(j => (j.Pair.Network, j.Pair.IpVersion)).SelectMany(g => new MtuFindings([.. g]).All())
                .OrderBy(f => f.State == CheckState.Fail ? 0 : 1),
        ];
        return new MtuReport
        {
            Check = "mtu",
            // Interfaces that differ are a fault, even where the one takes more than it has to.
            Status = CheckReport.StatusOf(results.Select(r => r.State).Concat(findings.Select(f => f.State))),
            Results = results,
            Findings = findings,
            Unreachable = evidence.Unreachable,
            Notes = [.. evidence.Notes, .. Notes(evidence, judged)],
        };
    }

    private static (int Bytes, string Why)? NeedOf(MtuEvidence evidence, MtuPair pair) => evidence.Needs
        .Where(n => n.Network is null || n.Network == pair.Network)
        .Select(n => (pair.IpVersion == 6 ? n.BytesV6 : n.Bytes, n.Why))
        .OrderByDescending(n => n.Item1)
        .Select(n => ((int, string)?)n)
        .FirstOrDefault();

    private static IEnumerable<string> Notes(MtuEvidence evidence, JudgedWay[] judged)
    {
        if (evidence.Pairs.Count == 0)
            yield return "No two of the nodes are on one network: there is nothing to try.";
        foreach (var way in judged.Where(j => j.Pair.Remembered is not null && j.Trouble == MtuTrouble.None))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{way.Pair.From} remembers an MTU of {way.Pair.Remembered} towards {way.Pair.To}")
                + $" on {way.Pair.Network} though larger packets pass: ip route flush cache";
        }
        foreach (var network in judged.Where(j => j.Pair is { Icmp.Passed: null, Udp.Passed: not null }).GroupBy(j => j.Pair.Network))
        {
            yield return $"ICMP echo is not answered on {network.Key} by "
                + $"{Pairs.PairWords.Names([.. network.Select(j => j.Pair.To).Distinct()])}: "
                + "sizes there are those of UDP.";
        }
    }
}
