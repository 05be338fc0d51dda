using System.Text.Json;

namespace Steth.Bench;

/// <summary>How long `steth diagnose` takes from start to verdict, process and all, in a healthy lab and in broken ones.</summary>
internal static class VerdictFigures
{
    public static void Run(string folder, string lab)
    {
        try
        {
            Lab("up");
            var environment = Peer.Run($"{folder}/steth-lab", ["env", "--name", lab]).Split('\n')
                .Where(line => line.StartsWith("export ", StringComparison.Ordinal))
                .Select(line => line["export ".Length..].Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim('\'', '"'));
            Figures.AimHead();
            foreach (var (port, symptom, fault, cause, aim) in Stories())
            {
                if (fault is not null)
                    Lab("break", fault, "--port", port);
                var id = PortId(port);
                var times = Enumerable.Range(0, Figures.Rounds).Select(_ => Diagnose(id, symptom, cause)).ToList();
                if (fault is not null)
                    Lab("heal");
                Figures.Aim($"{fault ?? "healthy"}, {port}, {symptom ?? "all symptoms"}, s", times, "F2", $"< {aim} s");
            }

            double Diagnose(string id, string? symptom, string? cause)
            {
                // The other VM of vm6's network, on the other compute node.
                string[] only = symptom is null ? [] : symptom == "no-peer" ? ["--symptom", symptom, "--peer", "10.10.0.15"]
                    : ["--symptom", symptom];
                string[] arguments = ["diagnose", id, "--offline", "-f", "json", .. only];
                var took = Peer.Time($"{folder}/steth", arguments, environment, out var report);
                using var document = JsonDocument.Parse(report);
                var verdict = document.RootElement.GetProperty("verdict");
                var causes = verdict.GetProperty("causes");
                var found = causes.GetArrayLength() == 0 ? verdict.GetProperty("status").GetString() : causes[0].GetProperty("id").GetString();
                var expected = cause ?? "healthy";
                if (found == expected)
                    return took;
                var kept = Path.GetTempFileName();
                File.WriteAllText(kept, report);
                throw new InvalidOperationException($"{id} {symptom}: {found}, not {expected}; the report is in {kept}.");
            }

            string PortId(string port)
            {
                using var status = JsonDocument.Parse(Lab("status", "-f", "json"));
                return status.RootElement.GetProperty("ports").EnumerateArray()
                    .First(p => p.GetProperty("name").GetString() == port).GetProperty("id").GetString()!;
            }
        }
        finally
        {
            Lab("down");
        }

        string Lab(params string[] command) => Peer.Run($"{folder}/steth-lab", [.. command, "--name", lab]);
    }

    private static IEnumerable<(string Port, string? Symptom, string? Fault, string? Cause, int Aim)> Stories()
    {
        string[] symptoms = ["no-ip", "no-gateway", "no-internet", "no-floating-ip", "no-metadata", "no-peer", "large-packets"];
        foreach (var symptom in symptoms)
            yield return ("vm6", symptom, null, null, 5);
        yield return ("vm6", null, null, null, 10);
        yield return ("vm1", null, null, null, 10);
        yield return ("vm1", "no-ip", "F1", "F1", 3);
        yield return ("vm1", null, "F1", "F1", 10);
        yield return ("vm6", "no-gateway", "T3-vxlan-filtered", "T3", 3);
        yield return ("vm6", null, "T3-vxlan-filtered", "T3", 10);
        yield return ("vm1", "no-ip", "D1-dnsmasq-dead", "D1", 3);
        yield return ("vm1", null, "D1-dnsmasq-dead", "D1", 10);
        yield return ("vm1", "no-gateway", "Q2-egress-drop", "Q2", 3);
        yield return ("vm1", null, "Q2-egress-drop", "Q2", 10);
    }
}
