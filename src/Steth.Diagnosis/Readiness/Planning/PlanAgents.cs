using System.Globalization;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Planning;

/// <summary>Who answers: the nodes of the file, each as itself, and nobody else.</summary>
internal static class PlanAgents
{
    /// <summary>A row a node, and findings about names.</summary>
    public static IEnumerable<PlanResult> Judge(PlanEvidence evidence, List<CheckFinding> findings, List<string> notes)
    {
        var reasons = new Dictionary<string, string>();
        foreach (var finding in Twice(evidence).Concat(Names(evidence, notes)))
        {
            findings.Add(finding);
            foreach (var node in finding.Nodes)
                reasons.TryAdd(node, finding.Summary);
        }
        return evidence.Nodes.Select(node => new PlanResult
        {
            Node = node.Name,
            Address = node.Agent.ToString(),
            State = node.Info is null ? CheckState.Unknown : reasons.ContainsKey(node.Name) ? CheckState.Fail : CheckState.Pass,
            Reason = node.Info is null ? node.Silent ?? node.Problem : reasons.GetValueOrDefault(node.Name),
        });
    }

    /// <summary>Agents that answered and are not in the file.</summary>
    public static IReadOnlyList<CheckFinding> Strangers(PlanEvidence evidence, List<string> notes)
    {
        if (evidence.Strangers is not { } strangers)
            return [];
        if (evidence.AddressesLeft > 0)
        {
            notes.Add($"nodes know {PlanJudge.Number(evidence.AddressesAsked + evidence.AddressesLeft)} addresses that are not in "
                + $"{evidence.Source}; {PlanJudge.Number(evidence.AddressesAsked)} of them were asked whether an agent is there");
        }
        return [.. strangers.GroupBy(stranger => stranger.Hostname).Select(group => Stranger(evidence, [.. group]))];
    }

    private static CheckFinding Stranger(PlanEvidence evidence, PlanStranger[] places)
    {
        var (host, addresses) = (places[0].Hostname, string.Join(" and ", places.Select(place => place.Address)));
        var moved = evidence.Nodes.FirstOrDefault(node => node.Silent is not null && IsName(host, node.Name));
        return new CheckFinding
        {
            Id = moved is null ? "node-not-in-file" : "node-at-other-address",
            State = CheckState.Fail,
            Summary = moved is null
                ? $"{host} answers at {addresses} and is not in {evidence.Source}"
                : $"{moved.Name} is silent at {moved.Agent.Address}, and answers at {addresses}",
            Nodes = [moved?.Name ?? host],
            Evidence = [.. places.Select(place =>
                $"{place.Address}: steth-agent {place.Version} on {place.Hostname}; known by {string.Join(", ", place.KnownBy)}")],
            Remedy = moved is null
                ? $"add it to {evidence.Source}, or stop steth-agent there"
                : $"correct its address in {evidence.Source}, or on the node",
        };
    }

    // A host name and a start to the tick are one agent.
    private static IEnumerable<CheckFinding> Twice(PlanEvidence evidence) =>
        evidence.Nodes.Where(node => node.Info is not null).GroupBy(node => (node.Info!.Hostname, node.Info.StartedAt))
            .Where(group => group.Count() > 1).Select(group => new CheckFinding
            {
                Id = "node-twice",
                State = CheckState.Fail,
                Summary = $"{NodeNames.Say([.. group.Select(node => node.Name)], int.MaxValue)} are one host: the same agent answers at "
                    + $"{string.Join(" and ", group.Select(node => node.Agent))}",
                Nodes = [.. group.Select(node => node.Name)],
                Evidence = [string.Create(CultureInfo.InvariantCulture, $"the agent calls its host {group.Key.Hostname} and runs since "
                    + $"{group.Key.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC")],
                Remedy = $"correct the addresses in {evidence.Source}: one of the nodes is somewhere else, or does not exist",
            });

    private static IEnumerable<CheckFinding> Names(PlanEvidence evidence, List<string> notes)
    {
        string[] planned = [.. evidence.Owners.Select(owner => owner.Node).Distinct()];
        PlanNode[] others = [.. evidence.Nodes.Where(node => node.Info is not null && !AnswersAs(node, node.Name))];
        // Names made of a prefix and an id are the file's own; nobody's host is called so.
        var areHostNames = evidence.Nodes.Any(node => node.Info is not null && AnswersAs(node, node.Name));
        foreach (var node in others)
        {
            var mistaken = planned.FirstOrDefault(name => name != node.Name && AnswersAs(node, name));
            if (mistaken is null && !areHostNames)
                continue;
            yield return new CheckFinding
            {
                Id = "host-name-differs",
                State = CheckState.Fail,
                Summary = mistaken is null
                    ? $"the host at {node.Name}'s address {node.Agent.Address} calls itself {node.Info!.Hostname}"
                    : $"{mistaken} answers at {node.Name}'s address {node.Agent.Address}",
                Nodes = mistaken is null ? [node.Name] : [node.Name, mistaken],
                Evidence = [$"{node.Agent}: agent.info has hostname {node.Info!.Hostname}"
                    + (node.Info.NeutronHost is { } host && host != node.Info.Hostname ? $", neutron_host {host}" : "")],
                Remedy = $"correct the address or the name in {evidence.Source}; every result of {node.Name} is of that host",
            };
        }
        if (others.Length > 0 && !areHostNames)
        {
            notes.Add($"the names of {evidence.Source} are no host names ({others[0].Name} calls itself {others[0].Info!.Hostname}); "
                + "whether the right hosts answer was not compared");
        }
    }

    private static bool AnswersAs(PlanNode node, string name) =>
        IsName(node.Info!.Hostname, name) || node.Info.NeutronHost is { } host && IsName(host, name);

    // server-39.example.org is server-39, but not server-39.example.net.
    private static bool IsName(string host, string name) =>
        host.Equals(name, StringComparison.OrdinalIgnoreCase)
        || (!host.Contains('.') || !name.Contains('.'))
            && host.Split('.')[0].Equals(name.Split('.')[0], StringComparison.OrdinalIgnoreCase);
}
