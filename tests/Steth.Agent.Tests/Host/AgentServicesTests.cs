using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Host;
using Steth.Agent.Leases;
using Steth.Agent.Limits;
using Steth.Agent.Tests.Leases;
using Steth.Agent.Tests.Rpc;
using Steth.Agent.Tools;
using Steth.Contracts.Names;

namespace Steth.Agent.Tests.Host;

public sealed class AgentServicesTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AgentServices Services(TimeProvider time, IToolRunner? tools = null) => new(
        new AgentOptions { Insecure = true, Audit = Path.Combine(_folder.Path, "audit.log"), StateDir = _folder.Path }, null, time, new RpcLog(), tools);

    private static DeviceUndo Device(string name) => new() { Name = DeviceName.Parse(name), Index = 7 };

    [Fact]
    public async Task Leases_CallersHoldAllPrograms_AreUndoneAllTheSame()
    {
        await using var services = Services(TimeProvider.System);
        var lease = await services.Leases.GrantAsync("v0", TimeSpan.FromMinutes(1), Device("steth-none"), _ => Task.CompletedTask, Token);
        var sleep = new ToolCommand { Program = "sleep", Arguments = ["60"] };
        var running = new List<IRunningTool>();
        try
        {
            for (var i = 0; i < HostLimits.Programs; i++)
                running.Add(await services.Tools.StartAsync(sleep, null, Token));
            (await services.Leases.ReleaseAsync(lease, Token)).ShouldBeTrue();
        }
        finally
        {
            await Task.WhenAll(running.Select(r => r.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task Recover_EveryUndoHangs_EndsAfterTwentySecondsAndGoesOnInTheBackground()
    {
        foreach (var name in (string[])["v1", "v2", "v3"])
            _folder.Journal.Add(new JournalEntry { LeaseId = name, Covers = name, Undo = Device(name) });
        _folder.Journal.Dispose();
        var time = new FakeTimeProvider();
        var services = Services(time, new HangingTools());

        var recovering = services.RecoverAsync(Token);
        time.Advance(TimeSpan.FromSeconds(19));
        recovering.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));

        await recovering.WaitAsync(TimeSpan.FromSeconds(10), Token);
        services.Leases.List().Select(l => l.Covers).ShouldBe(["v1", "v2", "v3"]);
    }

    private sealed class HangingTools : IToolRunner
    {
        public async Task<ToolOutput> RunAsync(ToolCommand command, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return new ToolOutput(0, "", "");
        }

        public Task<IRunningTool> StartAsync(ToolCommand command, Action<string>? onLine, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public string? Find(string program) => "/bin/" + program;
    }
}
