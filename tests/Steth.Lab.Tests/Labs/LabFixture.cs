using System.Text.Json;
using Steth.Lab.Faults;
using Steth.Lab.Names;
using Steth.Lab.Plan;
using Steth.Lab.Processes;
using Steth.Lab.State;

namespace Steth.Lab.Tests.Labs;

/// <summary>
/// A lab of its own for a class or collection of tests, with the built agents on its hosts. Where no lab can be made it stays
/// empty: each test begins with <see cref="SkipIfUnavailable"/>.
/// </summary>
public class LabFixture : IAsyncLifetime
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private Dictionary<string, int> _processes = [];

    private Dictionary<string, string>? _environment;

    private FaultBook Book => new(Plan, new LabDirectory(Plan.Name), new Launcher(Plan.Name));

    /// <summary>The lab's name, unlike any other's.</summary>
    public string Name { get; } = "test-" + Guid.NewGuid().ToString("N")[..8];

    /// <summary>The configuration for `steth --config`.</summary>
    public string ConfigFile => $"/run/steth-lab/{Name}/steth.conf";

    /// <summary>The VM ports.</summary>
    public IReadOnlyList<LabPort> Ports { get; private set; } = [];

    /// <summary>What the lab consists of.</summary>
    internal LabPlan Plan => field ??= new LabPlan(LabName.Parse(Name), BareHosts);

    /// <summary>The agent to start; null: the built one.</summary>
    protected virtual string? Agent => null;

    /// <summary>How many bare hosts it has; 0: it is a cloud.</summary>
    protected virtual int BareHosts => 0;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (LabProgram.Obstacle is not null)
            return;
        (await RunAsync(["up", .. Agent is { } agent ? ["--agent", agent] : Array.Empty<string>(),
            .. BareHosts > 0 ? ["--nodes", $"{BareHosts}"] : Array.Empty<string>()])).MustWork();
        using var status = JsonDocument.Parse((await RunAsync("status", "-f", "json")).MustWork());
        using var state = JsonDocument.Parse(await File.ReadAllTextAsync($"/run/steth-lab/{Name}/state.json"));
        _processes = state.RootElement.GetProperty("host_processes").Deserialize<Dictionary<string, int>>()!;
        Ports = status.RootElement.GetProperty("ports").Deserialize<LabPort[]>(SnakeCase)!;
    }

    /// <summary>Skips the test where no lab can be made.</summary>
    public static void SkipIfUnavailable() => Assert.SkipUnless(LabProgram.Obstacle is null, LabProgram.Obstacle ?? "");

    /// <summary>Runs steth-lab with this lab's name.</summary>
    public Task<LabRun> RunAsync(params string[] arguments)
    {
        // Before `--`, where everything belongs to the command to run.
        var end = Array.IndexOf(arguments, "--") is var at and >= 0 ? at : arguments.Length;
        return LabProgram.RunAsync([.. arguments[..end], "--name", Name, .. arguments[end..]]);
    }

    /// <summary>Makes a fault for a VM.</summary>
    internal Task BreakAsync(string fault, string vm) => Book.BreakAsync(fault, vm, TestContext.Current.CancellationToken);

    /// <summary>Undoes all faults; also when the test is being ended.</summary>
    internal Task HealAsync() => Book.HealAsync(null, CancellationToken.None);

    /// <summary>A host's file, seen from this machine.</summary>
    public string PathIn(string host, string path) => $"/proc/{_processes[host]}/root{path}";

    /// <summary>Runs a command on a host; it has to work.</summary>
    public async Task<string> ExecAsync(string host, params string[] command) => (await TryAsync(host, command)).MustWork();

    /// <summary>Runs a command on a host, the short way: what `exec` does without starting it.</summary>
    public Task<LabRun> TryAsync(string host, params string[] command) =>
        LabProgram.RunToolAsync("nsenter", ["-t", $"{_processes[host]}", "-m", "-u", "-i", "-n", "-p", "--", .. command]);

    /// <summary>The environment that lets steth run against the lab, as `env` prints it.</summary>
    public async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync() => _environment ??= (await RunAsync("env")).MustWork()
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line["export ".Length..].Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[1]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (LabProgram.Obstacle is null)
            (await RunAsync("down")).MustWork();
    }
}
