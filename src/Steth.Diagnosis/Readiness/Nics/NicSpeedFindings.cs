namespace Steth.Diagnosis.Readiness.Nics;

/// <summary>
/// Links that are slower than asked for, than most of their network, or than the other members of their bond. The speed of a bond is its
/// members', and one that is not told is not judged.
/// </summary>
internal static class NicSpeedFindings
{
    private const string Remedy =
        "Look at what both ends offer (ethtool NIC; the switch port's speed), at the cable and the optics: a bad pair falls back to less.";

    /// <summary>Judges.</summary>
    public static IEnumerable<CheckFinding> Of(IReadOnlyList<JudgedNic> nics, NicThresholds thresholds)
    {
        List<JudgedNic> links = [.. nics.Where(n => n.Role != NicRole.Bond && n.IsUp && n.Facts!.SpeedMbps is not null)];
        var slow = new HashSet<JudgedNic>();
        var findings = new List<CheckFinding>();
        if (thresholds.SpeedMbps is { } least)
            Add(links.Where(n => n.Facts!.SpeedMbps < least), $"at least {NicFindings.Speed(least)} is asked for");
        foreach (var network in links.SelectMany(n => n.Networks).Distinct().ToList())
        {
            var peers = Peers<int>.Of(links.Where(n => n.Networks.Contains(network)), n => (true, n.Facts!.SpeedMbps!.Value));
            if (peers.HasMajority)
            {
                var but = $"most of {network} run at {NicFindings.Speed(peers.Majority)}";
                Add(peers.Values.Where(v => v.Value < peers.Majority).SelectMany(v => v.Nics), but);
            }
            else if (peers.Differ)
                AddDisagreement(network, peers);
        }
        foreach (var bond in links.Where(n => n.Bond is not null).GroupBy(n => (n.Node, n.Bond)))
        {
            var fastest = bond.Max(n => n.Facts!.SpeedMbps!.Value);
            Add(bond.Where(n => n.Facts!.SpeedMbps < fastest), $"another member of {bond.Key.Bond} runs at {NicFindings.Speed(fastest)}");
        }
        return findings;

        void Add(IEnumerable<JudgedNic> which, string but)
        {
            foreach (var alike in which.Where(n => !slow.Contains(n)).GroupBy(n => n.Facts!.SpeedMbps!.Value).ToList())
            {
                List<JudgedNic> some = [.. alike];
                some.ForEach(n => Mark(n, $"runs at {NicFindings.Speed(alike.Key)}; {but}"));
                findings.Add(NicFindings.Of(
                    "nic-speed-low",
                    $"{NicFindings.Names(some)} {NicFindings.Verb(some, "runs", "run")} at {NicFindings.Speed(alike.Key)} only; {but}",
                    some, [.. some.Select(Measured)], Remedy));
            }
        }

        void AddDisagreement(string network, Peers<int> peers)
        {
            List<JudgedNic> all = [.. peers.Values.SelectMany(v => v.Nics).Where(n => !slow.Contains(n))];
            if (all.Select(n => n.Facts!.SpeedMbps).Distinct().Count() < 2)
                return;
            all.ForEach(n => Mark(n, $"runs at {NicFindings.Speed(n.Facts!.SpeedMbps!.Value)}, others of {network} do not"));
            var groups = peers.Values.OrderBy(v => v.Value).Select(v => $"{NicFindings.Names(v.Nics)} at {NicFindings.Speed(v.Value)}");
            findings.Add(NicFindings.Of(
                "nic-speed-low", $"the links of {network} run at different speeds: {NodeNames.Join([.. groups])}", all,
                [.. all.Select(Measured)], Remedy));
        }

        void Mark(JudgedNic nic, string fault)
        {
            slow.Add(nic);
            nic.Blame(fault);
        }
    }

    private static string Measured(JudgedNic nic) =>
        $"{nic.Node} {nic.Name}: {NicFindings.Speed(nic.Facts!.SpeedMbps!.Value)}"
        + (nic.Facts!.Autoneg == false ? ", not negotiated" : "");
}
