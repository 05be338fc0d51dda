using System.Diagnostics;
using System.Text.Json;
using Steth.Lab.Plan;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>One run of <c>steth diagnose -f json</c>: its exit code, its document, and how long it took.</summary>
internal sealed record Diagnosed(int ExitCode, JsonElement Report, string Errors, TimeSpan Took)
{
    /// <summary>healthy, fault or inconclusive.</summary>
    public string? Status => Report.GetProperty("verdict").GetProperty("status").GetString();

    /// <summary>The causes as <c>F1 comp1 eth1</c>, the primary one first.</summary>
    public string[] Causes => Commands.Steth.Rows(Report.GetProperty("verdict").GetProperty("causes"), "id", "host", "device");

    /// <summary>The ids of the causes, the primary one first.</summary>
    public string[] CauseIds => Commands.Steth.Rows(Report.GetProperty("verdict").GetProperty("causes"), "id");

    /// <summary>All findings as <c>F1 comp1 eth1 FAIL</c>.</summary>
    public string[] Findings => Commands.Steth.Rows(Report.GetProperty("findings"), "id", "host", "device", "state");

    /// <summary>The symptoms as <c>no-ip healthy</c>, in the order of the document.</summary>
    public string[] Symptoms => Commands.Steth.Rows(Report.GetProperty("symptoms"), "name", "status");

    /// <summary>The hops as <c>comp1 eth1 PASS</c>.</summary>
    public string[] Hops => Commands.Steth.Rows(Report.GetProperty("hops"), "host", "device", "state");

    /// <summary>The nodes that did not answer.</summary>
    public string[] Unreachable => Commands.Steth.Rows(Report.GetProperty("unreachable"), "host");

    /// <summary>What a symptom came to; null: it was not looked for.</summary>
    public string? StatusOf(string symptom) =>
        Symptoms.Where(row => row.StartsWith(symptom + " ", StringComparison.Ordinal)).Select(row => row.Split(' ')[1]).SingleOrDefault();

    /// <summary>What speaks for the verdict, a line each: the symptoms that are not healthy, and the findings with their evidence.</summary>
    public string Reasons => string.Join('\n', [
        .. Report.GetProperty("symptoms").EnumerateArray().Where(row => row.GetProperty("status").GetString() != "healthy").Select(row => $"{row}"),
        .. Report.GetProperty("findings").EnumerateArray().Select(row => $"{row}"),
        .. Report.GetProperty("notes").EnumerateArray().Select(row => $"{row}"),
    ]);

    /// <summary>The verdict in a line, for a test's message and a table's cell.</summary>
    public override string ToString() => $"{Status}: {string.Join(", ", Causes)}";

    /// <summary>Diagnoses a VM with the VM of the same network on the other compute node as its peer.</summary>
    public static Task<Diagnosed> OfAsync(LabFixture lab, PortPlan port, params string[] options) =>
        RunAsync(lab, [$"{port.Address}", "--peer", $"{lab.Plan.Peer(port).Address}", .. options]);

    /// <summary>Diagnoses with these arguments.</summary>
    public static async Task<Diagnosed> RunAsync(LabFixture lab, params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        var (run, report) = await Commands.Steth.JsonAsync(lab, ["diagnose", .. arguments]);
        return new Diagnosed(run.ExitCode, report, run.Errors, clock.Elapsed);
    }

    /// <summary>Nothing is wrong: no symptom, no finding.</summary>
    public void ShouldBeHealthy()
    {
        Findings.ShouldBeEmpty($"{Reasons}\n{Errors}");
        Symptoms.ShouldAllBe(row => row.EndsWith(" healthy"), $"{Reasons}\n{Errors}");
        Status.ShouldBe("healthy", $"{Reasons}\n{Errors}");
        ExitCode.ShouldBe(0, Errors);
    }
}
