using System.Diagnostics;
using System.Text.Json;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Commands;

/// <summary>Runs the built steth against a lab, as the operator's shell would after <c>eval "$(steth-lab env)"</c>.</summary>
internal static class Steth
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    /// <summary>The program in the checkout's build output.</summary>
    public static string Path { get; } = Built("Steth.Cli", "steth");

    /// <summary>The agent in the checkout's build output.</summary>
    public static string AgentPath { get; } = Built("Steth.Agent", "steth-agent");

    /// <summary>Runs a command to its end.</summary>
    public static async Task<LabRun> RunAsync(LabFixture lab, params string[] arguments)
    {
        using var process = await StartAsync(lab, arguments);
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new LabRun(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Runs a command with <c>-f json</c> and reads its answer.</summary>
    public static async Task<(LabRun Run, JsonElement Answer)> JsonAsync(LabFixture lab, params string[] arguments)
    {
        var run = await RunAsync(lab, [.. arguments, "-f", "json"]);
        run.Output.ShouldNotBeEmpty(run.Errors);
        using var document = JsonDocument.Parse(run.Output);
        return (run, document.RootElement.Clone());
    }

    /// <summary>Starts a command; the caller ends it. Where nothing is said of it, agents get the time that one on a busy machine needs.</summary>
    public static async Task<Process> StartAsync(LabFixture lab, params string[] arguments)
    {
        string[] patience = arguments.Contains("--timeout") ? [] : ["--timeout", "30"];
        var start = new ProcessStartInfo(Path, [.. patience, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in await lab.EnvironmentAsync())
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>The members of an object, in the order written.</summary>
    public static string[] Keys(JsonElement row) => [.. row.EnumerateObject().Select(m => m.Name)];

    /// <summary>The rows of an answer as the texts of some members.</summary>
    public static string[] Rows(JsonElement answer, params string[] members) =>
        [.. answer.EnumerateArray().Select(row => string.Join(' ', members.Select(m => row.GetProperty(m).ToString())))];

    private static string Built(string project, string program)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Steth.slnx")))
                return System.IO.Path.Combine(folder.FullName, "src", project, "bin", "Debug", "net10.0", program);
        }
        throw new InvalidOperationException($"No Steth.slnx above {AppContext.BaseDirectory}.");
    }
}
