using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Steth.Bench;

/// <summary>Labs of bare hosts, and checks across them, process and all.</summary>
internal static class BareLab
{
    /// <summary>Brings one up, measures in it with the environment that steth needs, and takes it down.</summary>
    public static void With(string folder, string lab, int nodes, Action<Dictionary<string, string>> measure)
    {
        try
        {
            Peer.Run($"{folder}/steth-lab", ["up", "--nodes", $"{nodes}", "--name", lab]);
            measure(Peer.Run($"{folder}/steth-lab", ["env", "--name", lab]).Split('\n')
                .Where(line => line.StartsWith("export ", StringComparison.Ordinal))
                .Select(line => line["export ".Length..].Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim('\'', '"')));
        }
        finally
        {
            Peer.Run($"{folder}/steth-lab", ["down", "--name", lab]);
        }
    }

    /// <summary>The names of the first nodes, for --nodes.</summary>
    public static string Names(int nodes) => string.Join(',', Enumerable.Range(1, nodes).Select(node => $"node-{node}"));

    /// <summary>Runs a check: how long it took, how much memory steth had at most, and its report.</summary>
    public static (double Seconds, double PeakMb, JsonDocument Report) Check(
        string folder, Dictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo($"{folder}/steth", ["check", .. arguments, "-f", "json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new InvalidOperationException("steth did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var peak = 0.0;
        while (!process.WaitForExit(10))
            peak = Math.Max(peak, PeakMb(process.Id));
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var document = output.GetAwaiter().GetResult();
        return document.Length > 0
            ? (seconds, peak, JsonDocument.Parse(document))
            : throw new InvalidOperationException($"steth check {string.Join(' ', arguments)}: {errors.GetAwaiter().GetResult()}");
    }

    // VmHWM of proc(5); 0 when the process has just ended.
    private static double PeakMb(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
