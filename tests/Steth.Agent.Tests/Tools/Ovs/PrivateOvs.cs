using System.Diagnostics;
using Steth.Agent.Tools;

namespace Steth.Agent.Tests.Tools.Ovs;

/// <summary>
/// A real Open vSwitch of its own: database and sockets in a temporary directory (OVS_RUNDIR), its ports in a network namespace of
/// its own, userspace datapath. <c>brp</c> is as ovs-vsctl makes it, <c>brn</c> as Neutron does.
/// </summary>
public sealed class PrivateOvs : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("steth-ovs-").FullName;
    private readonly List<IRunningTool> _daemons = [];

    public static string? Missing { get; } =
        Environment.UserName != "root" ? "needs root: starts an Open vSwitch of its own"
        : !File.Exists("/usr/sbin/ovs-vswitchd") ? "needs the package openvswitch-switch"
        : null;

    /// <summary>The namespace that holds the ports.</summary>
    public string Namespace { get; } = $"stov{Guid.NewGuid():N}"[..15];

    /// <summary>Its tools talk to this Open vSwitch.</summary>
    public ToolRunner Runner => new(null, new Dictionary<string, string> { ["OVS_RUNDIR"] = _root });

    public async Task RunAsync(string program, params string[] arguments)
    {
        var output = await Runner.RunAsync(new ToolCommand { Program = program, Arguments = arguments }, TestContext.Current.CancellationToken);
        output.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}: {output.Stderr}");
    }

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
            return;
        await RunAsync("ip", "netns", "add", Namespace);
        await RunAsync("ovsdb-tool", "create", $"{_root}/conf.db", "/usr/share/openvswitch/vswitch.ovsschema");
        await StartAsync("ovsdb-server", $"{_root}/conf.db", $"--remote=punix:{_root}/db.sock", "--pidfile", "-vfile:off");
        await WaitForAsync($"{_root}/db.sock");
        await RunAsync("ovs-vsctl", "--timeout=10", "--no-wait", "init");
        await StartAsync("ip", "netns", "exec", Namespace, "ovs-vswitchd", $"unix:{_root}/db.sock", "--pidfile", "--disable-system", "-vfile:off");
        await RunAsync("ovs-vsctl", "--timeout=20",
            "--", "add-br", "brp", "--", "set", "bridge", "brp", "datapath_type=netdev",
            "--", "add-br", "brn", "--", "set", "bridge", "brn", "datapath_type=netdev", "fail_mode=secure", "protocols=OpenFlow10,OpenFlow13,OpenFlow14",
            "--", "add-port", "brn", "tapx", "tag=7", "--", "set", "interface", "tapx", "type=internal", "external_ids:iface-id=x",
            "--", "add-port", "brn", "gone0");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in Enumerable.Reverse(_daemons))
            await daemon.DisposeAsync();
        if (Missing is null)
            await RunAsync("ip", "netns", "del", Namespace);
        Directory.Delete(_root, recursive: true);
    }

    private async Task StartAsync(string program, params string[] arguments) =>
        _daemons.Add(await Runner.StartAsync(new ToolCommand { Program = program, Arguments = arguments }, null, TestContext.Current.CancellationToken));

    private static async Task WaitForAsync(string path)
    {
        var clock = Stopwatch.StartNew();
        while (!File.Exists(path))
        {
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10), path);
            await Task.Delay(20);
        }
    }
}
