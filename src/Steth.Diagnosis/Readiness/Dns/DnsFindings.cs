using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Dns;

/// <summary>Folds lookups that are wrong alike into few findings: a resolver that is dead is one, a name nobody knows is one.</summary>
internal static class DnsFindings
{
    private const int MostEvidence = 10;

    /// <summary>The findings.</summary>
    /// <param name="wrong">Lookups with a fault.</param>
    /// <param name="asked">All nodes that were asked.</param>
    public static IEnumerable<CheckFinding> Of(IReadOnlyList<DnsJudge.Judged> wrong, IReadOnlyList<string> asked) =>
    [
        .. Unresolved([.. wrong.Where(l => l.Fault == DnsFault.Unresolved)], asked),
        .. OwnLoopback([.. wrong.Where(l => l.Fault == DnsFault.Loopback && l.Node == l.Name)]),
        .. Folded([.. wrong.Where(l => l.Fault == DnsFault.Loopback && l.Node != l.Name)], l => l.Detail).Select(f => Finding(
            "dns-loopback", f,
            $"{f.Names} {f.Verb} to loopback ({f.Lookups[0].Detail}) on {f.Where(asked)}",
            "Correct /etc/hosts there: a node's name stands for the address by which others reach it.")),
        .. Folded([.. wrong.Where(l => l.Fault == DnsFault.WrongAddress)], l => $"{l.Name} {l.Detail}").Select(f => Finding(
            "dns-wrong-address", f,
            $"{f.Names} {f.Verb} to {f.Lookups[0].Detail} on {f.Where(asked)}; the configuration has {f.Lookups[0].Configured}",
            "Correct /etc/hosts or the DNS record, or the node's addresses in the configuration.")),
        .. Folded([.. wrong.Where(l => l.Fault == DnsFault.Differs)], l => l.Detail.Length > 0 ? $"{l.Name} {l.Answer}" : l.Name)
            .Select(Differs),
    ];

    private static IEnumerable<CheckFinding> Unresolved(List<DnsJudge.Judged> wrong, IReadOnlyList<string> asked)
    {
        // Where nothing at all resolves, the resolver is broken and no name is to blame.
        var names = wrong.Select(l => l.Name).Distinct().Count();
        var dead = wrong.GroupBy(l => l.Node).Where(g => names > 1 && g.Count() == names && g.Select(l => l.Detail).Distinct().Count() == 1)
            .Select(g => g.Key).ToHashSet();
        var everywhere = dead.Count == asked.Count;
        return Folded([.. wrong.Where(l => everywhere || !dead.Contains(l.Node))], l => l.Detail)
            .Concat(Folded([.. wrong.Where(l => !everywhere && dead.Contains(l.Node))], l => l.Detail))
            .Select(f => Finding(
                "dns-unresolved", f,
                f.Nodes.Count == asked.Count && asked.Count > 1
                    ? $"{f.Names} {f.Verb} on no node: {f.Lookups[0].Detail}"
                    : $"{f.Names} {f.Not} on {f.Where(asked)}: {f.Lookups[0].Detail}",
                "Look at /etc/hosts, /etc/resolv.conf and nsswitch.conf there, and at the DNS servers they name."));
    }

    private static IEnumerable<CheckFinding> OwnLoopback(List<DnsJudge.Judged> wrong) =>
        wrong.GroupBy(l => l.Detail).Select(g => Finding(
            "dns-loopback", new Fold([.. g]),
            $"the host's own name resolves to loopback ({g.Key}) on {NodeNames.Join([.. g.Select(l => l.Node)])}",
            "Give the host's own name its real address in /etc/hosts: services that listen on or announce their own name are else "
            + "reached by nobody (Debian's installer writes 127.0.1.1)."));

    private static CheckFinding Differs(Fold fold) => Finding(
        "dns-differs", fold,
        fold.Lookups[0].Detail is { Length: > 0 } majority
            ? $"{fold.Names} {fold.Verb} to {fold.Lookups[0].Answer} on {NodeNames.Join(fold.Nodes)}, on the other nodes to {majority}"
            : $"{fold.Names} {fold.Verb} differently: {string.Join("; ", fold.Lookups.Select(l => $"{l.Answer} on {l.Node}"))}",
        "Make /etc/hosts and the DNS servers of all nodes say the same.");

    private static IEnumerable<Fold> Folded(IReadOnlyList<DnsJudge.Judged> wrong, Func<DnsJudge.Judged, string> kind) =>
        from alike in wrong.GroupBy(kind)
        from names in alike.GroupBy(l => l.Name).GroupBy(name => string.Join('\n', name.Select(l => l.Node)))
        select new Fold([.. names.SelectMany(name => name)]);

    private static CheckFinding Finding(string id, Fold fold, string summary, string remedy) => new()
    {
        Id = id,
        State = CheckState.Fail,
        Summary = summary,
        Nodes = fold.Nodes,
        Evidence = [.. fold.Lookups.Take(MostEvidence).Select(l => $"on {l.Node}: {l.Name} {l.Result.Reason}")],
        Remedy = remedy,
    };

    /// <summary>Lookups that are wrong alike.</summary>
    private sealed record Fold(IReadOnlyList<DnsJudge.Judged> Lookups)
    {
        public IReadOnlyList<string> Nodes { get; } = [.. Lookups.Select(l => l.Node).Distinct()];

        public string Names => NodeNames.Join([.. Lookups.Select(l => l.Name).Distinct()]);

        public string Verb => Lookups.Select(l => l.Name).Distinct().Count() == 1 ? "resolves" : "resolve";

        public string Not => Verb == "resolves" ? "does not resolve" : "do not resolve";

        public string Where(IReadOnlyList<string> asked) =>
            Nodes.Count == asked.Count && asked.Count > 1 ? $"all {asked.Count} nodes" : NodeNames.Join(Nodes);
    }
}
