using System.Globalization;
using System.Text;

namespace Steth.Bench;

/// <summary>How long bare hosts take to come up and to go, and what an agent takes in memory.</summary>
internal static class LabFigures
{
    /// <summary>The hosts of each lab, and how often it comes and goes.</summary>
    private static readonly (int Nodes, int Rounds)[] _labs = [(3, 3), (20, 3), (100, 1)];

    public static void Run(string folder, string lab)
    {
        Figures.AimHead();
        foreach (var (nodes, rounds) in _labs)
        {
            var (up, down, memory) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                try
                {
                    up.Add(Lab("up", "--nodes", nodes.ToString(CultureInfo.InvariantCulture)));
                    memory.AddRange(Agents(lab).Select(MemoryOf));
                }
                finally
                {
                    down.Add(Lab("down"));
                }
                if (memory.Count != (round + 1) * (nodes + 1))
                    throw new InvalidOperationException($"{memory.Count} agents were found in all, not {nodes + 1} a round.");
            }
            Figures.Aim($"{nodes} bare hosts up, s", up, "F1", "linear");
            Figures.Aim($"{nodes} bare hosts down, s", down, "F1", "linear");
            Figures.Aim($"memory of an agent of {nodes + 1}, MiB (Pss)", memory, "F1", "none");
        }

        double Lab(params string[] command) => Peer.Time($"{folder}/steth-lab", [.. command, "--name", lab]);
    }

    /// <summary>The processes of the lab's agents, known by its mark in their environment.</summary>
    private static IEnumerable<string> Agents(string lab) => Directory.EnumerateDirectories("/proc")
        .Where(process => Read($"{process}/comm") == "steth-agent\n"
            && Read($"{process}/environ").Contains($"STETH_LAB={lab}\0", StringComparison.Ordinal));

    /// <summary>Its proportional share of what it has mapped: pages that several agents share count once for all of them.</summary>
    private static double MemoryOf(string process)
    {
        var line = Read($"{process}/smaps_rollup").Split('\n').First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private static string Read(string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it ended meanwhile
        }
    }
}
