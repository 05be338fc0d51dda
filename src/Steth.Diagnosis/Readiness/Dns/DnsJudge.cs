using System.Net;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Dns;

/// <summary>Judges what the nodes' names resolve to on the nodes.</summary>
public static class DnsJudge
{
    /// <summary>Judges.</summary>
    public static DnsReport Judge(DnsEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var configured = evidence.Names.ToDictionary(n => n.Name, n => n.Addresses);
        var lookups = evidence.Nodes.SelectMany(n => n.Lookups.Where(l => configured.ContainsKey(l.Name))
            .Select(l => new Judged(n.Node, l, configured[l.Name]))).ToList();
        foreach (var name in lookups.Where(l => l.Fault is null).GroupBy(l => l.Name))
            MarkMinority([.. name]);
        var silent = evidence.Unreachable.Select(u => u.Host).ToHashSet();
        var asked = lookups.ToLookup(l => l.Node);
        List<DnsResult> results =
            [.. evidence.Nodes.SelectMany(n => asked.Contains(n.Node) ? asked[n.Node].Select(l => l.Result) : [Unasked(n)])];
        return new DnsReport
        {
            Check = "dns",
            Status = CheckReport.StatusOf(results.Select(r => r.State)),
            Results = results,
            Findings =
            [
                .. DnsFindings.Of([.. lookups.Where(l => l.Fault is not null)], [.. asked.Select(n => n.Key)]),
                .. evidence.Nodes.Where(n => n.Problem is not null && !silent.Contains(n.Node)).Select(NotAsked),
            ],
            Unreachable = evidence.Unreachable,
            TookMs = evidence.TookMs,
        };
    }

    /// <summary>A name should be the same everywhere; where most nodes agree, the others are wrong, else all are.</summary>
    private static void MarkMinority(IReadOnlyList<Judged> lookups)
    {
        var answers = lookups.GroupBy(l => l.Answer).OrderByDescending(g => g.Count()).ToList();
        if (answers.Count < 2)
            return;
        var majority = answers[0].Count() * 2 > lookups.Count ? answers[0].Key : null;
        foreach (var lookup in lookups.Where(l => l.Answer != majority))
            lookup.Differs(majority);
    }

    private static DnsResult Unasked(NodeLookups node) => new()
    {
        Node = node.Node,
        Addresses = [],
        Configured = [],
        State = CheckState.Unknown,
        Reason = node.Problem ?? "its agent did not answer",
    };

    private static CheckFinding NotAsked(NodeLookups node) => new()
    {
        Id = "dns-not-asked",
        State = CheckState.Unknown,
        Summary = $"{node.Node} could not be asked to resolve names",
        Nodes = [node.Node],
        Evidence = [node.Problem!],
    };

    /// <summary>One lookup and what is wrong with it.</summary>
    internal sealed class Judged
    {
        private readonly NameLookup _lookup;
        private readonly IReadOnlyList<IPAddress> _configured;

        public Judged(string node, NameLookup lookup, IReadOnlyList<IPAddress> configured)
        {
            (Node, _lookup, _configured) = (node, lookup, configured);
            // What the configuration has no address of the family for it says nothing about.
            var told = lookup.Addresses.Where(a => configured.Any(c => c.AddressFamily == a.AddressFamily)).ToList();
            if (lookup.Addresses.Count == 0)
                (Fault, Detail) = (DnsFault.Unresolved, lookup.Problem ?? "no address");
            else if (lookup.Addresses.Where(a => IPAddress.IsLoopback(a)).ToList() is { Count: > 0 } loopback
                && !configured.Any(IPAddress.IsLoopback))
                (Fault, Detail) = (DnsFault.Loopback, Text(loopback));
            else if (told.Count == 0 || told.Any(a => !configured.Contains(a)))
                (Fault, Detail) = (DnsFault.WrongAddress, Text(lookup.Addresses.Where(a => !configured.Contains(a))));
            Answer = Text(lookup.Addresses.OrderBy(a => a.ToString(), StringComparer.Ordinal));
        }

        public string Node { get; }

        public string Name => _lookup.Name;

        public DnsFault? Fault { get; private set; }

        /// <summary>What makes it wrong: addresses, or the resolver's word.</summary>
        public string Detail { get; private set; } = "";

        /// <summary>All addresses, sorted.</summary>
        public string Answer { get; }

        public string Configured => Text(_configured);

        public DnsResult Result => new()
        {
            Node = Node,
            Name = Name,
            Addresses = _lookup.Addresses,
            Configured = _configured,
            TookMs = _lookup.TookMs,
            State = Fault is null ? CheckState.Pass : CheckState.Fail,
            Reason = Fault switch
            {
                DnsFault.Unresolved => $"does not resolve: {Detail}",
                DnsFault.Loopback => $"resolves to loopback ({Detail})",
                DnsFault.WrongAddress => $"resolves to {Detail}; the configuration has {Configured}",
                DnsFault.Differs => Detail.Length > 0
                    ? $"resolves to {Answer}, on most nodes to {Detail}" : $"resolves to {Answer}, elsewhere to others",
                _ => null,
            },
        };

        public void Differs(string? majority) => (Fault, Detail) = (DnsFault.Differs, majority ?? "");

        private static string Text(IEnumerable<IPAddress> addresses) => string.Join(", ", addresses);
    }
}

/// <summary>What can be wrong with a lookup.</summary>
internal enum DnsFault
{
    Unresolved,
    Loopback,
    WrongAddress,
    Differs,
}
