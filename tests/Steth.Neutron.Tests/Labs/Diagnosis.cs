using System.Text.Json;

namespace Steth.Neutron.Tests.Labs;

/// <summary>What a run of <c>steth diagnose -f json</c> came to.</summary>
/// <param name="Run">How it ended.</param>
/// <param name="Report">The document it printed.</param>
/// <param name="Elapsed">From start to end.</param>
public sealed record Diagnosis(LabRun Run, JsonElement Report, TimeSpan Elapsed)
{
    /// <summary>healthy, fault or inconclusive.</summary>
    public string? Status => Report.GetProperty("verdict").GetProperty("status").GetString();

    /// <summary>The causes, the primary one first.</summary>
    public IReadOnlyList<JsonElement> Causes => [.. Report.GetProperty("verdict").GetProperty("causes").EnumerateArray()];

    /// <summary>The primary cause as <c>F1 comp1 eth1</c>; what is not told is a dash.</summary>
    public string Primary => Causes is [var first, ..]
        ? string.Join(' ', new[] { "id", "host", "device" }.Select(m => first.GetProperty(m).GetString() ?? "-"))
        : "none";

    /// <summary>Names of the symptoms with their status: <c>no-ip healthy</c>.</summary>
    public IReadOnlyList<string> Symptoms =>
        [.. Report.GetProperty("symptoms").EnumerateArray().Select(s => $"{s.GetProperty("name")} {s.GetProperty("status")}")];

    /// <summary>The notes, a line each.</summary>
    public string Notes => string.Join('\n', Report.GetProperty("notes").EnumerateArray().Select(n => n.GetString()));

    /// <summary>A member of the port: <c>id</c>, <c>source</c>.</summary>
    public string? Port(string member) => Report.GetProperty("port").GetProperty(member).ToString();

    /// <summary>It found nothing wrong, and nothing to remark.</summary>
    public void ShouldBeHealthy()
    {
        Status.ShouldBe("healthy", Run.Output + Run.Errors);
        Report.GetProperty("findings").GetArrayLength().ShouldBe(0, Run.Output);
        Run.ExitCode.ShouldBe(0);
    }
}
