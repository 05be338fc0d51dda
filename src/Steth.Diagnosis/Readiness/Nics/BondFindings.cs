using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Nics;

/// <summary>Bonds: their mode, members that carry nothing, and who is at the other end by LACP (IEEE 802.1AX).</summary>
internal static class BondFindings
{
    private const string Lacp = "802.3ad";
    private const int Distributing = 32;

    private static readonly MacAddress _nobody = MacAddress.FromBytes(new byte[MacAddress.Length]);

    /// <summary>Judges.</summary>
    public static IEnumerable<CheckFinding> Of(IReadOnlyList<JudgedNic> nics)
    {
        List<JudgedNic> bonds = [.. nics.Where(n => n is { Role: NicRole.Bond, Facts.Bond: not null })];
        var down = MembersDown(nics, bonds);
        return [.. Modes(bonds), .. down, .. NoPartner(nics, bonds), .. PartnersDiffer(nics, bonds)];
    }

    private static List<CheckFinding> Modes(List<JudgedNic> bonds)
    {
        var findings = new List<CheckFinding>();
        var told = new HashSet<string>();
        foreach (var network in bonds.SelectMany(n => n.Networks).Distinct())
        {
            var peers = Peers<string>.Of(bonds.Where(n => n.Networks.Contains(network)), n => (true, n.Facts!.Bond!.Mode));
            if (!peers.Differ)
                continue;
            var blamed = peers.Values.Where(v => !peers.HasMajority || v.Value != peers.Majority).ToList();
            List<JudgedNic> nics = [.. blamed.SelectMany(v => v.Nics)];
            nics.ForEach(n => n.Blame(
                $"its mode is {n.Facts!.Bond!.Mode}, {(peers.HasMajority ? $"on most {peers.Majority}" : "on others not")}"));
            var groups = NodeNames.Join([.. blamed.Select(v => $"{v.Value} on {NicFindings.Names(v.Nics)}")]);
            var summary = peers.HasMajority
                ? $"the mode of the bonds is {groups}, on most of {network} {peers.Majority}"
                : $"the bonds of {network} have different modes: {groups}";
            // A bond that carries several networks is told once.
            if (told.Add(string.Join('\n', nics.Select(n => $"{n.Text} {n.Facts!.Bond!.Mode}"))))
            {
                findings.Add(NicFindings.Of(
                    "bond-mode-differs", summary, nics, [.. nics.Select(n => $"{n.Node} {n.Name}: {n.Facts!.Bond!.Mode}")],
                    "Give the bonds of equal nodes one mode, and their switch ports what it needs: 802.3ad a LAG with LACP, "
                    + "active-backup none."));
            }
        }
        return findings;
    }

    private static List<CheckFinding> MembersDown(IReadOnlyList<JudgedNic> nics, List<JudgedNic> bonds)
    {
        var down = new List<JudgedNic>();
        var evidence = new List<string>();
        foreach (var member in nics.Where(n => n is { Role: NicRole.Member, Facts: not null }))
        {
            var bond = bonds.FirstOrDefault(b => b.Node == member.Node && b.Name == member.Bond)?.Facts!.Bond;
            var told = bond?.Members.FirstOrDefault(m => m.Name == member.Name);
            if (WhyDown(member.Facts!, bond, told) is not { } reason)
                continue;
            down.Add(member);
            member.Blame(reason);
            evidence.Add($"{member.Node} {member.Name}: {reason}" + (told?.LinkFailures is > 0 and var failures
                ? string.Create(CultureInfo.InvariantCulture, $"; its link failed {failures} times since it is a member") : ""));
        }
        return down.Count == 0 ? [] :
        [
            NicFindings.Of(
                "bond-member-down",
                $"{NodeNames.Join([.. down.Select(n => $"{n.Name} of {n.Bond} on {n.Node}")])} "
                + $"{NicFindings.Verb(down, "carries", "carry")} nothing",
                down, evidence, "Look at the member's cable, optics and switch port: the bond runs on what is left."),
        ];
    }

    private static string? WhyDown(NicFacts nic, BondFacts? bond, BondMember? member) =>
        nic.AdminUp == false ? "it is down"
        : nic.Carrier == false ? "it has no carrier"
        : member?.MiiUp == false ? "its bond takes its link for down"
        : bond?.Mode == Lacp && member is { ActorState: { } state, Partner: { } partner } && partner != _nobody
            && member.Aggregator == bond.Aggregator && (state & Distributing) == 0 ? "its partner does not let it send by LACP"
        : null;

    private static List<CheckFinding> NoPartner(IReadOnlyList<JudgedNic> nics, List<JudgedNic> bonds)
    {
        var findings = new List<CheckFinding>();
        foreach (var bond in bonds.Where(b => b.Facts!.Bond!.Mode == Lacp && b.IsUp))
        {
            var members = Working(nics, bond);
            List<BondMember> alone = [.. members.Where(m => m.Told.Partner == _nobody).Select(m => m.Told)];
            if (members.Any(m => m.Told.Partner is null) || members.Count == 0 && bond.Facts!.Bond!.Partner is null)
                bond.Doubt("its LACP partner is told with CAP_NET_ADMIN only");
            if (alone.Count == 0 && !(members.Count == 0 && bond.Facts!.Bond!.Partner == _nobody))
                continue;
            var all = alone.Count == members.Count;
            foreach (var member in members.Where(m => m.Told.Partner == _nobody))
                member.Nic?.Blame("nobody answers LACP on it");
            if (all)
                bond.Blame("nobody answers LACP");
            var who = all ? "" : $" {NodeNames.Join([.. alone.Select(m => m.Name)])} of";
            findings.Add(NicFindings.Of(
                "bond-no-lacp-partner", $"nobody answers LACP on{who} {bond.Text}",
                [bond], [.. Words(bond)],
                "Make the switch ports a LAG with LACP (active on one end at least), or give the bond a mode without it."));
        }
        return findings;
    }

    private static List<CheckFinding> PartnersDiffer(IReadOnlyList<JudgedNic> nics, List<JudgedNic> bonds)
    {
        var findings = new List<CheckFinding>();
        foreach (var bond in bonds.Where(b => b.Facts!.Bond!.Mode == Lacp))
        {
            var members = Working(nics, bond).Where(m => m.Told.Partner is { } partner && partner != _nobody).ToList();
            var systems = members.Select(m => m.Told.Partner).Distinct().Count();
            var keys = members.Select(m => m.Told.PartnerKey).Distinct().Count();
            var aggregators = members.Select(m => m.Told.Aggregator).Distinct().Count();
            if (systems < 2 && keys < 2 && aggregators < 2)
                continue;
            foreach (var member in members.Where(m => m.Told.Aggregator != bond.Facts!.Bond!.Aggregator))
                member.Nic?.Blame("it is not in the aggregator that carries the traffic");
            bond.Blame("its members do not form one link");
            findings.Add(NicFindings.Of(
                "bond-partner-differs",
                systems > 1 ? $"the members of {bond.Text} are on different LACP partners"
                : keys > 1 ? $"the members of {bond.Text} are in different LAGs of their switch"
                : $"the members of {bond.Text} are in different aggregators",
                [bond], [.. Words(bond)],
                "Put the switch ports of all members in one LAG; two switches have to be one to LACP (MLAG, stack), "
                + "and the speeds the same."));
        }
        return findings;
    }

    // What is down has no partner, and is told as that.
    private static List<(BondMember Told, JudgedNic? Nic)> Working(IReadOnlyList<JudgedNic> nics, JudgedNic bond) =>
        [.. bond.Facts!.Bond!.Members
            .Select(m => (Told: m, Nic: nics.FirstOrDefault(
                n => n.Role == NicRole.Member && n.Node == bond.Node && n.Name == m.Name)))
            .Where(m => m.Told.MiiUp != false && m.Nic?.Facts is null or { AdminUp: true, Carrier: true })];

    private static IEnumerable<string> Words(JudgedNic bond) => bond.Facts!.Bond!.Members.Select(m => string.Create(
        CultureInfo.InvariantCulture,
        $"{bond.Node} {m.Name}: aggregator {m.Aggregator?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}"
        + $"{(m.Aggregator is not null && m.Aggregator == bond.Facts!.Bond!.Aggregator ? " (active)" : "")}, "
        + $"{PartnerOf(m)}"));

    private static string PartnerOf(BondMember member) =>
        member.Partner is not { } partner ? "partner not told"
        : partner == _nobody ? "no partner"
        : string.Create(CultureInfo.InvariantCulture, $"partner {partner} key {member.PartnerKey}");
}
