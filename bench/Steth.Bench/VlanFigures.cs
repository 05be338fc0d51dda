using System.Globalization;

namespace Steth.Bench;

/// <summary>
/// How long `steth check vlan` takes, process and all: all VLANs between three nodes, beside what sending alone takes scapy and what the kernel can
/// do on the same veth; then how it grows with the nodes.
/// </summary>
internal static class VlanFigures
{
    private const int Vlans = 4094;

    // scapy takes minutes for all of them: so many are sent, and the time of all follows from that.
    private const int ScapyVlans = 256;

    public static void Run(string folder, string lab, string scapy)
    {
        BareLab.With(folder, lab, 3, environment =>
        {
            var checks = Enumerable.Range(0, Figures.Rounds).Select(_ => Check(folder, environment, 3, Vlans).Seconds).ToList();
            var flood = Enumerable.Range(0, Figures.Rounds)
                .Select(_ => Sending(folder, lab, Environment.ProcessPath!, "flood", "eth1", $"{Vlans}")).ToList();
            var scaled = Sending(folder, lab, "/usr/bin/python3", scapy, "eth1", "1", $"{ScapyVlans}") * Vlans / ScapyVlans;
            Figures.PeerHead();
            Figures.Peer("4,094 VLANs, 3 nodes, all 6 directed pairs, s", Figures.Median(checks), scaled, "F2",
                $"scapy, one node sending only (from {ScapyVlans} VLANs)");
            Figures.Peer("4,094 VLANs, 3 nodes, all 6 directed pairs, s", Figures.Median(checks), Figures.Median(flood), "F4",
                "sendmmsg, one node sending only: the limit");
            Console.WriteLine();
            Figures.AimHead();
            Figures.Aim("4,094 VLANs, 3 nodes, all 6 directed pairs, s", checks, "F2", "< 3 s");
        });
        foreach (var nodes in (int[])[10, 25, 50, 100])
        {
            BareLab.With(folder, lab, nodes, environment =>
            {
                var runs = Enumerable.Range(0, 3).Select(_ => Check(folder, environment, nodes, 100)).ToList();
                var pairs = (nodes * (nodes - 1)).ToString("N0", CultureInfo.InvariantCulture);
                Figures.Aim($"100 VLANs, {nodes} nodes, {pairs} pairs, s", [.. runs.Select(run => run.Seconds)], "F2", nodes == 100 ? "< 30 s" : "");
                Figures.Aim("  memory of steth, MB", [.. runs.Select(run => run.PeakMb)], "F0", nodes == 100 ? "< 300 MB" : "");
            });
        }
    }

    private static double Sending(string folder, string lab, params string[] command) => double.Parse(
        Peer.Run($"{folder}/steth-lab", ["exec", "node-1", "--name", lab, "--", .. command]), CultureInfo.InvariantCulture);

    private static (double Seconds, double PeakMb) Check(string folder, Dictionary<string, string> environment, int nodes, int vlans)
    {
        var run = BareLab.Check(folder, environment, ["vlan", "--nic", "eth1", "--vlans", $"1-{vlans}", "--timeout", "20", "--nodes", BareLab.Names(nodes)]);
        using var report = run.Report;
        var counts = report.RootElement.GetProperty("result_counts");
        var expected = (long)vlans * nodes * (nodes - 1);
        return counts.GetProperty("pass").GetInt64() == expected
            ? (run.Seconds, run.PeakMb)
            : throw new InvalidOperationException($"{counts} are not {expected} that pass.");
    }
}
