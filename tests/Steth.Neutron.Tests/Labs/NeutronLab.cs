using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Steth.Neutron.Tests.Labs;

/// <summary>
/// A real Keystone and Neutron for a collection of tests, with a state directory of its own; or the lab that is up already in the
/// directory STETH_NEUTRON_LAB_STATE names, which is left up. Where none can be made it stays empty: each test begins with
/// <see cref="SkipIfUnavailable"/>.
/// </summary>
public sealed class NeutronLab : IAsyncLifetime
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly TimeSpan UpDeadline = TimeSpan.FromMinutes(8);

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private static readonly Dictionary<string, string> NoVariables = [];

    private static readonly string? s_given = Environment.GetEnvironmentVariable("STETH_NEUTRON_LAB_STATE");

    private IReadOnlyDictionary<string, string> _environment = NoVariables;

    /// <summary>Where the lab keeps its state.</summary>
    public string State { get; } = s_given ?? $"/var/tmp/steth-neutron-test-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>The four VMs: t1, t2, v1, v2.</summary>
    public IReadOnlyList<NeutronVm> Vms { get; private set; } = [];

    /// <summary>Names of the VMs, for theories.</summary>
    public static TheoryData<string> VmNames => ["t1", "t2", "v1", "v2"];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (LabProgram.Obstacle is not null)
            return;
        try
        {
            (await LabProgram.RunAsync(LabProgram.Lab, NoVariables, UpDeadline, "--state", State, "up")).MustWork();
        }
        catch
        {
            await DisposeAsync(); // the runner disposes only what was initialised
            throw;
        }
        Vms = JsonSerializer.Deserialize<NeutronVm[]>((await RunAsync("vm", "list")).MustWork(), SnakeCase)!;
        _environment = (await RunAsync("env")).MustWork().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line["export ".Length..].Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    /// <summary>Skips the test where no lab can be made.</summary>
    public static void SkipIfUnavailable() => Assert.SkipUnless(LabProgram.Obstacle is null, LabProgram.Obstacle ?? "");

    /// <summary>The VM of a name.</summary>
    public NeutronVm Vm(string name) => Vms.Single(vm => vm.Name == name);

    /// <summary>Runs neutron-lab.</summary>
    public Task<LabRun> RunAsync(params string[] arguments) =>
        LabProgram.RunAsync(LabProgram.Lab, NoVariables, Deadline, ["--state", State, .. arguments]);

    /// <summary>Runs a command on a host or in a VM.</summary>
    public Task<LabRun> ExecAsync(string host, params string[] command) => RunAsync(["exec", host, .. command]);

    /// <summary>What Neutron answers to an administrator's GET.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse((await RunAsync("api", "GET", path)).MustWork());
        return document.RootElement.Clone();
    }

    /// <summary>Runs steth as the operator's shell would after <c>eval "$(neutron-lab env)"</c>.</summary>
    public Task<LabRun> StethAsync(params string[] arguments) => LabProgram.RunAsync(LabProgram.Steth, _environment, Deadline, arguments);

    /// <summary>Runs a command of steth with <c>-f json</c> and reads its answer.</summary>
    public async Task<(LabRun Run, JsonElement Answer)> StethJsonAsync(params string[] arguments)
    {
        var run = await StethAsync([.. arguments, "-f", "json"]);
        run.Output.ShouldNotBeEmpty(run.Errors);
        using var document = JsonDocument.Parse(run.Output);
        return (run, document.RootElement.Clone());
    }

    /// <summary>Runs <c>steth diagnose</c>, with the API or as the variables say, and reads its report.</summary>
    public async Task<Diagnosis> DiagnoseAsync(IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        // A Keystone that shares two cores with a whole cloud takes its time.
        string[] patience = arguments.Contains("--timeout") ? [] : ["--timeout", "30"];
        var clock = Stopwatch.StartNew();
        var run = await LabProgram.RunAsync(
            LabProgram.Steth, With(variables), Deadline, ["diagnose", .. arguments, .. patience, "-f", "json"]);
        var elapsed = clock.Elapsed;
        run.Output.ShouldNotBeEmpty(run.Errors);
        using var document = JsonDocument.Parse(run.Output);
        var diagnosis = new Diagnosis(run, document.RootElement.Clone(), elapsed);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{string.Join(' ', arguments)}: {diagnosis.Status}, {diagnosis.Primary}, {elapsed.TotalSeconds:0.0} s, "
                + $"took_ms {diagnosis.Report.GetProperty("took_ms")}"));
        return diagnosis;
    }

    /// <summary>The same with the variables of <c>neutron-lab env</c>.</summary>
    public Task<Diagnosis> DiagnoseAsync(params string[] arguments) => DiagnoseAsync(NoVariables, arguments);

    /// <summary>The variables of <c>neutron-lab env</c> with others in their place.</summary>
    public Dictionary<string, string> With(IReadOnlyDictionary<string, string> variables)
    {
        var all = new Dictionary<string, string>(_environment);
        foreach (var (name, value) in variables)
            all[name] = value;
        return all;
    }

    /// <summary>Makes a fault, looks, and heals it whatever came of looking.</summary>
    public async Task BrokenAsync(string fault, string? vm, Func<Task> look)
    {
        try
        {
            (await RunAsync(vm is null ? ["break", fault] : ["break", fault, vm])).MustWork();
            await look();
        }
        finally
        {
            (await RunAsync("heal")).MustWork();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (LabProgram.Obstacle is not null || s_given is not null)
            return;
        (await RunAsync("down")).MustWork();
        Directory.Delete(State, recursive: true);
    }
}
