using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Readiness.Nics;

/// <summary>
/// Several NICs of one node for one network, members of a bond among them, that LLDP shows on one and the same switch. It is a fault where
/// most nodes of the network are on several; else it may be a stack, or meant so, and is a note.
/// </summary>
internal static class SwitchFindings
{
    /// <summary>Judges; what is no fault is noted.</summary>
    public static IReadOnlyList<CheckFinding> Of(IReadOnlyList<JudgedNic> nics, List<string> notes)
    {
        var findings = new List<CheckFinding>();
        var told = new HashSet<string>();
        List<JudgedNic> links = [.. nics.Where(n => n is { Role: not NicRole.Bond, Facts: not null })];
        foreach (var network in links.SelectMany(n => n.Networks).Distinct())
        {
            List<Cabling> nodes =
            [
                .. links.Where(n => n.Networks.Contains(network)).GroupBy(n => n.Node)
                    .Where(node => node.Count() > 1 && node.All(n => n.Facts!.Lldp.Count > 0)).Select(node => new Cabling([.. node])),
            ];
            List<Cabling> one = [.. nodes.Where(n => n.Switches.Count == 1)];
            if (one.Count == 0 || !told.Add(string.Join('\n', one.SelectMany(n => n.Nics).Select(n => n.Text))))
                continue;
            if ((nodes.Count - one.Count) * 2 > nodes.Count)
                findings.Add(Fault(network, one));
            else
            {
                notes.Add(
                    $"All NICs of {network} are on one switch on {NodeNames.Join([.. one.Select(n => n.Node)])} "
                    + $"({NodeNames.Join([.. one.Select(n => n.Switch).Distinct()])}): a stack, or no redundancy.");
            }
        }
        return findings;
    }

    private static CheckFinding Fault(string network, List<Cabling> one)
    {
        List<JudgedNic> nics = [.. one.SelectMany(n => n.Nics)];
        foreach (var cabling in one)
        {
            foreach (var nic in cabling.Nics)
                nic.Blame($"all NICs of {network} are on {cabling.Switch}");
        }
        return NicFindings.Of(
            "nics-on-one-switch",
            $"the NICs of {network} are on one switch on {NodeNames.Join([.. one.Select(n => $"{n.Node} ({n.Switch})")])}; "
            + "on most nodes they are on several",
            nics, [.. nics.Select(n => $"{n.Node} {n.Name}: {string.Join(", ", n.Facts!.Lldp.Select(Port))}")],
            "Move one cable to the other switch.");
    }

    private static string Port(LldpNeighbour neighbour) => $"{neighbour.SystemName ?? neighbour.ChassisId} port {neighbour.PortId}";

    /// <summary>Where the NICs of one node for one network lead to.</summary>
    private sealed class Cabling(IReadOnlyList<JudgedNic> nics)
    {
        public IReadOnlyList<JudgedNic> Nics => nics;

        public string Node => nics[0].Node;

        /// <summary>By chassis: names can be given twice.</summary>
        public IReadOnlyList<string> Switches { get; } =
            [.. nics.SelectMany(n => n.Facts!.Lldp).Select(l => l.ChassisId).Distinct(StringComparer.OrdinalIgnoreCase)];

        public string Switch { get; } = nics[0].Facts!.Lldp[0] is var first ? first.SystemName ?? first.ChassisId : "";
    }
}
