using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Nics;

/// <summary>Judges the NICs of the nodes' networks, each for itself and against the others of its network.</summary>
public static class NicsJudge
{
    /// <summary>Judges.</summary>
    public static NicsReport Judge(NicsEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        List<JudgedNic> nics = [.. evidence.Nodes.SelectMany(node => node.Nics.Select(place => new JudgedNic(node, place)))];
        nics.ForEach(n => n.DoubtWhatIsMissing());
        var notes = new List<string>();
        List<CheckFinding> findings =
        [
            .. NicLinkFindings.Of(nics, evidence.Thresholds), .. NicSpeedFindings.Of(nics, evidence.Thresholds), .. BondFindings.Of(nics),
            .. NicSettingFindings.Of(nics), .. SwitchFindings.Of(nics, notes),
        ];
        List<NicResult> results = [.. evidence.Nodes.SelectMany(node => Rows(node, nics))];
        findings.AddRange(Unmeasured(evidence, nics));
        notes.AddRange(Unheard(nics));
        return new NicsReport
        {
            Check = "nics",
            Status = CheckReport.StatusOf(results.Select(r => r.State)),
            SpeedMinMbps = evidence.Thresholds.SpeedMbps,
            DropsMaxPerSecond = evidence.Thresholds.DropsPerSecond,
            Results = results,
            Findings = findings,
            Unreachable = evidence.Unreachable,
            Notes = notes,
            TookMs = evidence.TookMs,
        };
    }

    private static IEnumerable<NicResult> Rows(NicsNode node, List<JudgedNic> nics)
    {
        foreach (var nic in nics.Where(n => n.Node == node.Node))
            yield return nic.Result();
        foreach (var gap in node.Gaps)
            yield return Empty(node.Node, [gap.Network], gap.Reason);
        if (node.Nics.Count == 0 && node.Gaps.Count == 0)
            yield return Empty(node.Node, [], node.Problem ?? "it has no NIC to look at");
    }

    private static NicResult Empty(string node, IReadOnlyList<string> networks, string reason) => new()
    {
        Node = node,
        Networks = networks,
        State = CheckState.Unknown,
        Reason = reason,
        Lldp = [],
        Unmeasured = [],
    };

    private static IEnumerable<CheckFinding> Unmeasured(NicsEvidence evidence, List<JudgedNic> nics)
    {
        var silent = evidence.Unreachable.Select(u => u.Host).ToHashSet();
        List<(string Node, string Text)> doubts =
        [
            .. evidence.Nodes.Where(n => n.Nics.Count == 0 && n.Gaps.Count == 0 && !silent.Contains(n.Node))
                .Select(n => (n.Node, $"{n.Node}: {n.Problem ?? "it has no NIC to look at"}")),
            .. evidence.Nodes.SelectMany(n => n.Gaps.Select(g => (n.Node, $"{n.Node}, {g.Network}: {g.Reason}"))),
            .. nics.Where(n => !silent.Contains(n.Node)).SelectMany(n => n.Unknown.Select(u => (n.Node, $"{n.Node} {n.Name}: {u}"))),
        ];
        if (doubts.Count == 0)
            yield break;
        string[] nodes = [.. doubts.Select(d => d.Node).Distinct()];
        yield return new CheckFinding
        {
            Id = "nic-unmeasured",
            State = CheckState.Unknown,
            Summary = $"not everything could be measured of the NICs of {NodeNames.Join(nodes)}",
            Nodes = nodes,
            Evidence = [.. doubts.Select(d => d.Text)],
            Remedy = "The evidence says why: an older agent, a missing privilege (CAP_NET_ADMIN), or a NIC 'steth check plan' looks for.",
        };
    }

    private static IEnumerable<string> Unheard(List<JudgedNic> nics)
    {
        List<JudgedNic> links = [.. nics.Where(n => n.Role != NicRole.Bond && n.IsUp && n.Facts!.Lldp.Count == 0)];
        List<JudgedNic> unasked = [.. links.Where(n => !n.Facts!.LldpAsked && n.Facts!.Unmeasured.All(u => u.What != "lldp"))];
        if (unasked.Count > 0)
        {
            yield return $"The switch ports of {NodeNames.Join([.. unasked.Select(n => n.Node).Distinct()])} are not known: "
                + "no lldpd runs there; --lldp 35 listens for LLDP.";
        }
        List<JudgedNic> unheard = [.. links.Where(n => n.Facts!.LldpAsked)];
        if (unheard.Count > 0)
            yield return $"No switch was heard by LLDP on {NicFindings.Names(unheard)}.";
    }
}
