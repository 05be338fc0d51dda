using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Leases;
using Steth.Agent.Tests.Leases;
using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Tools.Ip;

/// <summary>
/// A network namespace of the test's own. Its tools believe it to be the agent's: <c>ip</c> is sent there. It holds
/// <c>eth0</c>, <c>eth1</c> and <c>eth2</c>, veth ends whose peers are <c>p0</c>, <c>p1</c> and <c>p2</c>.
/// </summary>
public sealed class PrivateNetwork : IAsyncDisposable
{
    private readonly StandInTools _tools = new();
    private readonly JournalFolder _journals = new();
    private readonly NamespacedTools _runner;

    private PrivateNetwork() => _runner = new NamespacedTools(Name, _tools.Runner);

    public string Name { get; } = $"stnw{Guid.NewGuid():N}"[..12];

    public FakeTimeProvider Time { get; } = new();

    public LeaseBook Leases => field ??= NewBook(_journals.Journal);

    public IToolRunner Tools => _runner;

    public IpTool Ip => new(_runner);

    public OvsDatabase Ovs => new(_runner);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<PrivateNetwork> CreateAsync()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root: makes a network namespace");
        var network = new PrivateNetwork();
        await network.RunAsync(null, "netns", "add", network.Name);
        var pairs = string.Concat(Enumerable.Range(0, 3).Select(i => $"link add eth{i} type veth peer name p{i}\n"));
        await network.RunAsync(pairs, "-n", network.Name, "-batch", "-");
        return network;
    }

    /// <summary>Lets Open vSwitch show what it did on a Neutron compute node, where eth1 is a port of br-ex and eth2 of br-phy.</summary>
    public PrivateNetwork WithOvs()
    {
        File.WriteAllText(_tools.PathOf("show.json"), Recording.Read("ovs/comp1.show.json"));
        _tools.Add("ovs-vsctl", $"exec /bin/cat {_tools.PathOf("show.json")}");
        return this;
    }

    public async Task<InterfaceFacts?> FactsAsync(string device) =>
        (await Ip.ListAsync(null, Token)).FirstOrDefault(l => l.Facts.Name == device)?.Facts;

    /// <summary>What the agent's next life undoes when it is killed now.</summary>
    public Task<IReadOnlyList<string>> KillAsync()
    {
        _journals.Journal.Dispose();
        return NewBook(_journals.Another()).RecoverAsync(path => throw new InvalidOperationException(path), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Leases.DisposeAsync();
        _journals.Dispose();
        await RunAsync(null, "netns", "del", Name);
        _tools.Dispose();
    }

    private LeaseBook NewBook(LeaseJournal journal) =>
        new(Time, _runner, journal, (covers, e) => throw new InvalidOperationException(covers, e));

    private async Task RunAsync(string? input, params string[] arguments)
    {
        var output = await _runner.System.RunAsync(new ToolCommand { Program = "ip", Arguments = arguments, Input = input }, CancellationToken.None);
        output.ExitCode.ShouldBe(0, output.Stderr);
    }

    /// <summary>The system's <c>ip</c>, in the namespace; all else is a stand-in or missing.</summary>
    private sealed class NamespacedTools(string name, ToolRunner standIns) : IToolRunner
    {
        public ToolRunner System { get; } = new();

        public Task<ToolOutput> RunAsync(ToolCommand command, CancellationToken cancellationToken) => command.Program == "ip"
            ? System.RunAsync(command with { Arguments = ["-n", name, .. command.Arguments] }, cancellationToken)
            : standIns.RunAsync(command, cancellationToken);

        public Task<IRunningTool> StartAsync(ToolCommand command, Action<string>? onLine, CancellationToken cancellationToken) =>
            standIns.StartAsync(command, onLine, cancellationToken);

        public string? Find(string program) => program == "ip" ? System.Find(program) : standIns.Find(program);
    }
}
