using System.Net;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Planning;

/// <summary>
/// Whether the networks are apart, and the nodes of one network together. The prefixes are those of the nodes' interfaces.
/// </summary>
internal static class PlanPrefixes
{
    /// <summary>The network of an interface's address.</summary>
    public static IPNetwork Network(InterfaceAddress address)
    {
        var octets = address.Address.GetAddressBytes();
        for (var bit = address.PrefixLength; bit < octets.Length * 8; bit++)
            octets[bit / 8] &= (byte)~(0x80 >> bit % 8);
        return new IPNetwork(new IPAddress(octets), address.PrefixLength);
    }

    /// <summary>Network types that share addresses.</summary>
    public static IReadOnlyList<CheckFinding> Overlaps(PlanEvidence evidence)
    {
        var places = Places(evidence);
        var findings = new List<CheckFinding>();
        for (var i = 0; i < evidence.Networks.Count; i++)
        {
            foreach (var other in evidence.Networks.Skip(i + 1))
            {
                if (Overlap(evidence, evidence.Networks[i], other, places) is { } finding)
                    findings.Add(finding);
            }
        }
        return findings;
    }

    /// <summary>Nodes outside the prefix that the others of their network have, and prefixes of different length.</summary>
    public static IReadOnlyList<CheckFinding> Outside(PlanEvidence evidence, List<string> notes)
    {
        var findings = new List<CheckFinding>();
        // An address with the longest prefix is routed to its host: it has no neighbours to be apart from.
        foreach (var network in Places(evidence).Where(place => !IsHostRoute(place.Prefix)).GroupBy(place => place.Network))
        {
            foreach (var family in network.GroupBy(place => place.Prefix.BaseAddress.AddressFamily))
            {
                var groups = family.GroupBy(place => place.Prefix).OrderByDescending(group => group.Count()).ToArray();
                findings.AddRange(Outside(evidence, network.Key, groups, notes));
            }
        }
        return findings;
    }

    private static IEnumerable<CheckFinding> Outside(
        PlanEvidence evidence, string network, IGrouping<IPNetwork, Place>[] groups, List<string> notes)
    {
        var main = groups[0];
        foreach (var group in groups.Skip(1).Where(group => Meet(group, main)))
        {
            yield return Finding(
                evidence, "prefix-differs", network, [.. group],
                nodes => $"on {network}, {nodes} {Is(group)} in {group.Key}, "
                    + $"{NodeNames.Say(Names(main), evidence.Nodes.Count)} in {main.Key}",
                "give the NICs the same prefix length: with different ones some nodes are neighbours one way only", main.First());
        }
        IGrouping<IPNetwork, Place>[] apart = [.. groups.Skip(1).Where(group => !Meet(group, main))];
        // Racks with a prefix each are routed fabrics; one node by itself is most likely a slip.
        if (apart.Any(group => group.Count() > 1) || main.Count() == 1 && apart.Length > 1)
        {
            var prefixes = string.Join(", ", apart.Prepend(main).Take(4).Select(group => group.Key));
            notes.Add($"{network} has {PlanJudge.Number(apart.Length + 1)} prefixes, {prefixes}: its nodes are behind routers");
            yield break;
        }
        foreach (var group in apart)
        {
            yield return Finding(
                evidence, "address-outside-prefix", network, [.. group],
                nodes => $"on {network}, {nodes} {Is(group)} outside {main.Key}, where "
                    + $"{NodeNames.Say(Names(main), evidence.Nodes.Count)} {Is(main)}",
                $"correct the address on the node and in {evidence.Source}", main.First());
        }
    }

    private static CheckFinding? Overlap(PlanEvidence evidence, string one, string other, IReadOnlyList<Place> places)
    {
        var same = evidence.Nodes.Where(node => node.Addresses.Any(a => a.Network == one
            && node.Addresses.Any(b => b.Network == other && b.Address.Equals(a.Address)))).ToList();
        var pairs =
            (from a in places
             where a.Network == one
             from b in places
             where b.Network == other && Overlap(a.Prefix, b.Prefix)
             select (A: a, B: b)).DistinctBy(pair => (pair.A.Prefix, pair.B.Prefix)).ToList();
        if (same.Count == 0 && pairs.Count == 0)
            return null;
        string[] nodes = [.. same.Select(node => node.Name)];
        return new CheckFinding
        {
            Id = "networks-overlap",
            State = CheckState.Fail,
            Summary = same.Count > 0
                ? $"{one} and {other} are the same address on {NodeNames.Say(nodes, evidence.Nodes.Count)}"
                : $"{one} and {other} overlap: {pairs[0].A.Prefix} and {pairs[0].B.Prefix}",
            Nodes = nodes,
            Evidence =
            [
                .. same.Select(node => $"{node.Name}: {node.Addresses.First(a => a.Network == one).Address} is both"),
                .. pairs.Select(pair => $"{Say(pair.A)}; {Say(pair.B)}"),
            ],
            Remedy = "give each network a prefix of its own: to an address in both, the kernel sends by one NIC, and a check of the other "
                + "network measures the wrong one",
        };
    }

    private static List<Place> Places(PlanEvidence evidence) =>
    [
        .. from node in evidence.Nodes
           from address in node.Addresses
           let found = PlanAddresses.Find(node, address)
           where found is not null
           select new Place(node.Name, address.Network, address.Address, found.Value.Interface.Name, found.Value.Prefix),
    ];

    private static CheckFinding Finding(
        PlanEvidence evidence, string id, string network, Place[] places, Func<string, string> summary, string remedy, Place beside) =>
        new()
        {
            Id = id,
            State = CheckState.Fail,
            Summary = summary(NodeNames.Say(Names(places), evidence.Nodes.Count)),
            Nodes = Names(places),
            Network = network,
            Evidence = [.. places.Append(beside).Select(Say)],
            Remedy = remedy,
        };

    private static string Say(Place place) => $"{place.Network} of {place.Node}: {place.Interface} has {place.Address} in {place.Prefix}";

    private static string[] Names(IEnumerable<Place> places) => [.. places.Select(place => place.Node)];

    private static string Is(IEnumerable<Place> places) => places.Count() == 1 ? "is" : "are";

    private static bool Meet(IGrouping<IPNetwork, Place> one, IGrouping<IPNetwork, Place> other) => Overlap(one.Key, other.Key);

    private static bool Overlap(IPNetwork a, IPNetwork b) =>
        a.BaseAddress.AddressFamily == b.BaseAddress.AddressFamily && (a.Contains(b.BaseAddress) || b.Contains(a.BaseAddress));

    private static bool IsHostRoute(IPNetwork prefix) => prefix.PrefixLength == prefix.BaseAddress.GetAddressBytes().Length * 8;

    private sealed record Place(string Node, string Network, IPAddress Address, string Interface, IPNetwork Prefix);
}
