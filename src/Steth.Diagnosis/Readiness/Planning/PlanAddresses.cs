using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Planning;

/// <summary>Whether the addresses of the file are on the NICs of the file.</summary>
internal static class PlanAddresses
{
    // Their patches join what no host's own address crosses.
    private static readonly string[] _joints = ["br-int", "br-tun"];

    /// <summary>A row an address, and a finding a pattern.</summary>
    public static IEnumerable<PlanResult> Judge(PlanEvidence evidence, List<CheckFinding> findings)
    {
        Row[] rows = [.. evidence.Nodes.SelectMany(node => node.Addresses.Select(address => Judge(node, address)))];
        findings.AddRange(NicMissing(evidence, rows));
        findings.AddRange(Missing(evidence, rows));
        findings.AddRange(OnOtherNic(evidence, rows));
        findings.AddRange(OnOtherNode(evidence));
        findings.AddRange(NotKnown(evidence, rows));
        return rows.Select(row => row.Result);
    }

    /// <summary>The interface that has an address, the NIC of the file before others; null: none has it.</summary>
    public static (InterfaceFacts Interface, IPNetwork Prefix)? Find(PlanNode node, PlanAddress wanted)
    {
        foreach (var facts in (node.Interfaces ?? []).OrderBy(facts => facts.Name == wanted.Nic ? 0 : 1))
        {
            if (facts.Addresses.FirstOrDefault(held => held.Address.Address.Equals(wanted.Address)) is { } found)
                return (facts, PlanPrefixes.Network(found.Address));
        }
        return null;
    }

    private static Row Judge(PlanNode node, PlanAddress wanted)
    {
        var found = Find(node, wanted);
        var (kind, reason) = Decide(node, wanted, found?.Interface);
        return new Row(node, wanted, found?.Interface.Name, kind, new PlanResult
        {
            Node = node.Name,
            Network = wanted.Network,
            Address = wanted.Address.ToString(),
            Nic = wanted.Nic,
            Interface = found?.Interface.Name,
            Prefix = found?.Prefix.ToString(),
            State = kind switch { Kind.Fine => CheckState.Pass, Kind.NotKnown => CheckState.Unknown, _ => CheckState.Fail },
            Reason = reason,
        });
    }

    private static (Kind Kind, string? Reason) Decide(PlanNode node, PlanAddress wanted, InterfaceFacts? holder) =>
        node.Silent is not null ? (Kind.NotKnown, "its agent does not answer")
        : node.Interfaces is not { } interfaces ? (Kind.NotKnown, node.Problem ?? "its interfaces are not known")
        : wanted.Nic is { } nic && !interfaces.Any(facts => facts.Name == nic) ? (Kind.NicMissing, $"there is no {nic}")
        : holder is null ? (Kind.Missing, "no interface has it")
        : wanted.Nic is { } wantedNic && !Carries(node, holder, wantedNic) ? (Kind.OtherNic, $"{holder.Name} has it, not {wantedNic}")
        : (Kind.Fine, null);

    // A VLAN device stands on its parent, a bridge and a bond on their members, an internal port on the ports of its bridge.
    private static bool Carries(PlanNode node, InterfaceFacts holder, string nic)
    {
        var seen = new HashSet<string>();
        var next = new Queue<string>([holder.Name]);
        while (next.TryDequeue(out var name))
        {
            if (name == nic)
                return true;
            if (!seen.Add(name) || node.Interfaces!.FirstOrDefault(facts => facts.Name == name) is not { } device)
                continue;
            if (device.Link is { } parent)
                next.Enqueue(parent);
            var bridges = device.OvsBridge is { } bridge ? Patched(node.Ovs, bridge) : [];
            foreach (var lower in node.Interfaces!.Where(facts =>
                facts.Master == name || facts.OvsBridge is { } of && bridges.Contains(of)))
                next.Enqueue(lower.Name);
        }
        return false;
    }

    private static HashSet<string> Patched(OvsShowResult? ovs, string first)
    {
        var reached = new HashSet<string>();
        var next = new Queue<string>([first]);
        while (next.TryDequeue(out var name))
        {
            if (!reached.Add(name) || _joints.Contains(name) || ovs is null)
                continue;
            foreach (var peer in ovs.Bridges.Where(bridge => bridge.Name == name).SelectMany(bridge => bridge.Ports)
                .SelectMany(port => port.Interfaces).Select(device => device.Options.GetValueOrDefault("peer")).OfType<string>())
            {
                if (ovs.Bridges.FirstOrDefault(bridge => bridge.Ports.Any(port => port.Name == peer))?.Name is { } other
                    && !_joints.Contains(other))
                    next.Enqueue(other);
            }
        }
        return reached;
    }

    private static IEnumerable<CheckFinding> NicMissing(PlanEvidence evidence, Row[] rows) =>
        rows.Where(row => row.Kind == Kind.NicMissing).GroupBy(row => (row.Wanted.Network, row.Wanted.Nic)).Select(group =>
            Finding(evidence, "nic-missing", CheckState.Fail, group.Key.Network, [.. group],
                nodes => $"there is no {group.Key.Nic}, the NIC of {group.Key.Network}, on {nodes}",
                row => $"{row.Node.Name} has {Nics(row.Node)}; "
                    + $"{(row.Found is null ? $"{row.Wanted.Address} is on none of them" : $"{row.Wanted.Address} is on {row.Found}")}",
                $"write the NIC's real name into {evidence.Source}, or rename the NIC on the node; "
                    + $"'steth interfaces {group.First().Node.Name}' lists what is there"));

    private static IEnumerable<CheckFinding> Missing(PlanEvidence evidence, Row[] rows) =>
        rows.Where(row => row.Kind == Kind.Missing).GroupBy(row => row.Wanted.Network).Select(group =>
            Finding(evidence, "address-missing", CheckState.Fail, group.Key, [.. group],
                nodes => $"the address of {group.Key} is on no interface of {nodes}",
                row => $"{row.Node.Name} lacks {row.Wanted.Address}"
                    + (row.Wanted.Nic is { } nic ? $"; {nic} has {Held(row.Node, nic)}" : ""),
                $"configure the addresses on the nodes, or correct them in {evidence.Source}"));

    private static IEnumerable<CheckFinding> OnOtherNic(PlanEvidence evidence, Row[] rows) =>
        rows.Where(row => row.Kind == Kind.OtherNic).GroupBy(row => (row.Wanted.Network, row.Wanted.Nic, row.Found)).Select(group =>
            Finding(evidence, "address-on-other-nic", CheckState.Fail, group.Key.Network, [.. group],
                nodes => $"the address of {group.Key.Network} is on {group.Key.Found} instead of {group.Key.Nic} on {nodes}",
                row => $"{row.Node.Name}: {row.Found} has {row.Wanted.Address}, {row.Wanted.Nic} has {Held(row.Node, row.Wanted.Nic!)}",
                $"correct the NIC of {group.Key.Network} in {evidence.Source}, or move the address on the node"));

    private static IEnumerable<CheckFinding> OnOtherNode(PlanEvidence evidence)
    {
        foreach (var holder in evidence.Nodes.Where(node => node.Interfaces is not null))
        {
            string[] own = [.. evidence.Owners.Where(owner => owner.Node == holder.Name).Select(owner => owner.Address.ToString())];
            var found =
                from facts in holder.Interfaces
                from held in facts.Addresses
                let address = held.Address.Address
                where !IPAddress.IsLoopback(address) && !own.Contains(address.ToString())
                from owner in evidence.Owners
                where owner.Address.Equals(address) && evidence.Networks.Contains(owner.Network)
                select (Owner: owner, Device: facts.Name, Held: held.Address);
            foreach (var (owner, device, held) in found)
            {
                yield return new CheckFinding
                {
                    Id = "address-on-other-node",
                    State = CheckState.Fail,
                    Summary = $"{owner.Address}, {owner.Node}'s address of {owner.Network}, is on {holder.Name}",
                    Nodes = [owner.Node, holder.Name],
                    Network = owner.Network,
                    Evidence = [$"{holder.Name}: {device} has {held}"],
                    Remedy = $"take it off {device} on {holder.Name}, or correct {evidence.Source}",
                };
            }
        }
    }

    private static IEnumerable<CheckFinding> NotKnown(PlanEvidence evidence, Row[] rows) =>
        rows.Where(row => row.Kind == Kind.NotKnown && row.Node.Silent is null).GroupBy(row => row.Result.Reason!).Select(group =>
            Finding(evidence, "interfaces-unknown", CheckState.Unknown, null, [.. group.DistinctBy(row => row.Node.Name)],
                nodes => $"the interfaces of {nodes} could not be read", row => $"{row.Node.Name}: {row.Result.Reason}", null));

    private static CheckFinding Finding(
        PlanEvidence evidence, string id, CheckState state, string? network, Row[] rows, Func<string, string> summary,
        Func<Row, string> shows, string? remedy)
    {
        string[] nodes = [.. rows.Select(row => row.Node.Name)];
        return new CheckFinding
        {
            Id = id,
            State = state,
            Summary = summary(NodeNames.Say(nodes, evidence.Nodes.Count)),
            Nodes = nodes,
            Network = network,
            Evidence = [.. rows.Select(shows)],
            Remedy = remedy,
        };
    }

    private static string Nics(PlanNode node)
    {
        const int most = 12;
        string[] names = [.. node.Interfaces!.Where(facts => facts.Name != "lo" && facts.Kind is null or "bond" or "vlan" or "bridge")
            .Select(facts => facts.Name)];
        return names.Length == 0 ? "no NIC"
            : string.Join(", ", names.Take(most)) + (names.Length > most ? $" and {PlanJudge.Number(names.Length - most)} more" : "");
    }

    private static string Held(PlanNode node, string nic)
    {
        var addresses = node.Interfaces!.First(facts => facts.Name == nic).Addresses;
        return addresses.Count == 0 ? "none" : string.Join(", ", addresses.Select(held => held.Address));
    }

    private enum Kind
    {
        Fine,
        NicMissing,
        Missing,
        OtherNic,
        NotKnown,
    }

    private sealed record Row(PlanNode Node, PlanAddress Wanted, string? Found, Kind Kind, PlanResult Result);
}
