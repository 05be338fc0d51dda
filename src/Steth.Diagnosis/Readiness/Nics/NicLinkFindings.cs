using System.Globalization;
using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Readiness.Nics;

/// <summary>Links that are down or half duplex, and counters that grew. Members of a bond that are down are told with the bond.</summary>
internal static class NicLinkFindings
{
    /// <summary>Judges.</summary>
    public static IEnumerable<CheckFinding> Of(IReadOnlyList<JudgedNic> nics, NicThresholds thresholds)
    {
        var alone = nics.Where(n => n.Role != NicRole.Member).ToList();
        return
        [
            .. Folded(
                "nic-down", alone.Where(n => n.Facts?.AdminUp == false), "it is down",
                some => $"{NicFindings.Names(some)} {NicFindings.Verb(some, "is", "are")} down",
                "Bring it up (ip link set NIC up), and see that it comes up with the host."),
            .. Folded(
                "nic-no-carrier", alone.Where(n => n.Facts is { AdminUp: true, Carrier: false }), "it has no carrier",
                some => $"{NicFindings.Names(some)} {NicFindings.Verb(some, "has", "have")} no carrier",
                "Look at the cable, the optics and whether the switch port is enabled."),
            .. Folded(
                "nic-half-duplex", nics.Where(n => n.IsUp && n.Facts!.Duplex == "half"), "it runs half duplex",
                some => $"{NicFindings.Names(some)} {NicFindings.Verb(some, "runs", "run")} half duplex",
                "Let both ends negotiate, or set both to the same: who negotiates with an end that is fixed falls back to half duplex."),
            .. Errors(nics), .. Drops(nics, thresholds),
        ];
    }

    private static IEnumerable<CheckFinding> Folded(
        string id, IEnumerable<JudgedNic> which, string fault, Func<IReadOnlyList<JudgedNic>, string> summary, string remedy)
    {
        var nics = which.ToList();
        if (nics.Count == 0)
            yield break;
        nics.ForEach(n => n.Blame(fault));
        yield return NicFindings.Of(id, summary(nics), nics, [.. nics.Select(n => $"{n.Node} {n.Name}: {Link(n.Facts!)}")], remedy);
    }

    // What a bond counts is the sum of its members.
    private static IEnumerable<CheckFinding> Errors(IReadOnlyList<JudgedNic> nics)
    {
        var growing = new List<(JudgedNic Nic, string Grown)>();
        foreach (var nic in nics.Where(n => n is { Role: not NicRole.Bond, Grown: not null, LookedSeconds: not null }))
        {
            var told = nic.Grown!;
            string[] grown = [.. Growth.Errors.Where(e => e.Read(told) > 0).Select(e => More(e.Name, e.Read(told)!.Value))];
            if (grown.Length == 0)
                continue;
            growing.Add((nic, string.Join(", ", grown)));
            nic.Blame($"errors grow: {growing[^1].Grown}");
        }
        return Grown(
            "nic-errors-grow", growing, "errors of",
            "Look at the cable, the optics and the switch port's own counters; CRC errors are the cable's or the optics', carrier changes "
            + "a link that comes and goes.");
    }

    private static IEnumerable<CheckFinding> Drops(IReadOnlyList<JudgedNic> nics, NicThresholds thresholds)
    {
        var growing = new List<(JudgedNic Nic, string Grown)>();
        foreach (var nic in nics.Where(n => n is { Role: not NicRole.Bond, Grown: not null, LookedSeconds: not null }))
        {
            var told = nic.Grown!;
            string[] grown =
            [
                .. Growth.Drops.Where(d => IsMany(d.Read(told), d.Packets(told), nic.LookedSeconds!.Value, thresholds))
                    .Select(d => More(d.Name, d.Read(told)!.Value)),
            ];
            if (grown.Length == 0)
                continue;
            growing.Add((nic, string.Join(", ", grown)));
            nic.Blame($"drops grow: {growing[^1].Grown}");
        }
        return Grown(
            "nic-drops-grow", growing, "packets dropped by",
            "Look at the load of the node's CPUs, at its ring sizes (ethtool -g) and queues; rx_missed_errors are a ring that was full.");
    }

    /// <summary>Many a second, and a share of the packets that is more than noise.</summary>
    private static bool IsMany(long? drops, long? packets, double seconds, NicThresholds thresholds) =>
        drops > 0 && drops / seconds > thresholds.DropsPerSecond
        && (packets is not >= 0 || 100.0 * drops / ((double)drops + packets) > NicThresholds.DropsPercent);

    private static IEnumerable<CheckFinding> Grown(string id, List<(JudgedNic Nic, string Grown)> growing, string what, string remedy)
    {
        if (growing.Count == 0)
            yield break;
        List<JudgedNic> nics = [.. growing.Select(g => g.Nic)];
        yield return NicFindings.Of(
            id, $"{what} {NicFindings.Names(nics)} grow while we look", nics,
            [.. growing.Select(g => string.Create(
                CultureInfo.InvariantCulture,
                $"{g.Nic.Node} {g.Nic.Name}: {g.Grown} in {g.Nic.LookedSeconds:0.0} s ({g.Nic.Grown!.RxPackets ?? 0} packets received, "
                + $"{g.Nic.Grown!.TxPackets ?? 0} sent)"))],
            remedy);
    }

    private static string More(string name, long grown) => string.Create(CultureInfo.InvariantCulture, $"{name} +{grown}");

    private static string Link(NicFacts nic)
    {
        string[] words =
        [
            nic.AdminUp == false ? "down" : "up",
            .. nic.AdminUp == true ? [nic.Carrier == true ? "carrier" : "no carrier"] : Array.Empty<string>(),
            .. nic.SpeedMbps is { } speed ? [NicFindings.Speed(speed)] : Array.Empty<string>(),
            .. nic.Duplex is { } duplex ? [$"{duplex} duplex"] : Array.Empty<string>(),
            .. nic.Autoneg is { } negotiated ? [negotiated ? "negotiated" : "not negotiated"] : Array.Empty<string>(),
        ];
        return string.Join(", ", words);
    }
}
