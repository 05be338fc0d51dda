namespace Steth.Bench;

/// <summary>How long `steth check mesh` and `check mtu` take, process and all, and how it grows with the nodes.</summary>
internal static class MeshFigures
{
    public static void Run(string folder, string lab)
    {
        Figures.AimHead();
        foreach (var nodes in (int[])[3, 10, 30, 100])
        {
            BareLab.With(folder, lab, nodes, environment =>
            {
                var pairs = nodes * (nodes - 1);
                Measure(folder, environment, nodes, $"mesh, {nodes} nodes, {pairs} pairs, 10 probes each, s", nodes == 100 ? "< 10 s" : "",
                    ["mesh", "--network", "net", "--rtt", "60000", "--jitter", "60000", "--timeout", "20"]);
                if (nodes <= 30)
                    Measure(folder, environment, nodes, $"mtu, {nodes} nodes, {pairs} pairs, s", "< 1 s a pair", ["mtu", "--network", "net"]);
            });
        }
    }

    private static void Measure(
        string folder, Dictionary<string, string> environment, int nodes, string figure, string aim, string[] check)
    {
        var runs = new List<(double Seconds, double PeakMb)>();
        var (pass, rows) = (0, 0);
        for (var round = 0; round < 3; round++)
        {
            var run = BareLab.Check(folder, environment, [.. check, "--nodes", BareLab.Names(nodes)]);
            using var report = run.Report;
            var results = report.RootElement.GetProperty("results").EnumerateArray().ToList();
            (pass, rows) = (pass + results.Count(row => row.GetProperty("state").GetString() == "PASS"), rows + results.Count);
            runs.Add((run.Seconds, run.PeakMb));
        }
        Figures.Aim(figure, [.. runs.Select(run => run.Seconds)], "F2", aim);
        Figures.Aim("  memory of steth, MB", [.. runs.Select(run => run.PeakMb)], "F0", "");
        Console.WriteLine($"  {pass} of {rows} pairs passed in {runs.Count} runs");
    }
}
