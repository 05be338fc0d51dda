using System.Globalization;
using System.Net;
using Steth.Agent.Kernel;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Agent.Tools;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Operations;

public sealed class DhcpServerHandlerTests : IDisposable
{
    private static readonly MacAddress _mac = MacAddress.Parse("fa:16:3e:8d:3c:2b");

    private readonly Guid _network = Guid.NewGuid();
    private readonly string _state = Directory.CreateTempSubdirectory("steth-dhcp-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HandleAsync_RunningServer_ProgramAndTheFilesItNames()
    {
        NeedDnsmasq();
        using var inside = new ScratchNamespace($"qdhcp-{_network}");
        var elsewhere = Write(Path.Combine(_state, "elsewhere"), "fa:16:3e:8d:3c:2b,vm,192.0.2.88\n", "tag:subnet-1,option:router,192.0.2.1\n", "tapcabd2b36-c0");
        Write(Path.Combine(_state, "dhcp", _network.ToString()), "", "", "wrong");
        await using var server = await StartAsync(inside, elsewhere);

        var running = await UntilAsync(r => r.Process?.State == "S");
        await SignalAsync("-STOP", inside);
        var stopped = await UntilAsync(r => r.Process?.State == "T");
        await SignalAsync("-CONT", inside);
        await server.DisposeAsync();
        var ended = await ReadAsync();

        running.NamespaceExists.ShouldBeTrue();
        running.FilesExist.ShouldBeTrue();
        running.Process!.Name.ShouldBe("dnsmasq");
        running.Process.Arguments.ShouldContain($"--dhcp-hostsfile={elsewhere}/host");
        running.Hosts.ShouldBe([new DhcpHostEntry(_mac, "vm", IPAddress.Parse("192.0.2.88"))]);
        running.Options.ShouldBe([new DhcpOptionEntry("subnet-1", "router", "192.0.2.1")]);
        running.Device.ShouldBe("tapcabd2b36-c0");
        stopped.Process!.State.ShouldBe("T");
        ended.Process.ShouldBeNull();
        (ended.Hosts!.Count, ended.Device).ShouldBe((0, "wrong"));
    }

    [Fact]
    public async Task HandleAsync_FilesWithoutNamespace_AreReadFromTheAgentsFolder()
    {
        Write(Path.Combine(_state, "dhcp", _network.ToString()), "fa:16:3e:8d:3c:2b,vm,192.0.2.88\n", null, "tapcabd2b36-c0\n");

        var found = await ReadAsync();

        (found.NamespaceExists, found.FilesExist, found.Process, found.Device).ShouldBe((false, true, null, "tapcabd2b36-c0"));
        found.Hosts.ShouldBe([new DhcpHostEntry(_mac, "vm", IPAddress.Parse("192.0.2.88"))]);
        found.Options.ShouldBeNull();
    }

    [Fact]
    public async Task HandleAsync_NothingOfIt_IsEmptyAndNoError() =>
        (await ReadAsync()).ShouldBe(new DhcpServerResult { NamespaceExists = false, FilesExist = false });

    public void Dispose() => Directory.Delete(_state, recursive: true);

    private static void NeedDnsmasq()
    {
        Privilege.NeedsRoot();
        Assert.SkipUnless(new ToolRunner().Find("dnsmasq") is not null, "needs the package dnsmasq-base");
    }

    private static string Write(string folder, string hosts, string? options, string device)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText($"{folder}/host", hosts);
        File.WriteAllText($"{folder}/interface", device);
        if (options is not null)
            File.WriteAllText($"{folder}/opts", options);
        return folder;
    }

    private Task<IRunningTool> StartAsync(ScratchNamespace inside, string folder) => new ToolRunner().StartAsync(
        new ToolCommand
        {
            Program = "ip",
            Arguments =
            [
                "netns", "exec", inside.Name.ToString(), "dnsmasq", "-k", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--port=0", "--user=root",
                "--bind-dynamic", $"--pid-file={_state}/dhcp/{_network}/pid", $"--dhcp-hostsfile={folder}/host", $"--dhcp-optsfile={folder}/opts",
                $"--dhcp-leasefile={folder}/leases", "--dhcp-range=set:subnet-1,192.0.2.0,static,255.255.255.0,86400s",
            ],
        },
        null,
        Token);

    private static async Task SignalAsync(string signal, ScratchNamespace inside)
    {
        var server = Processes.In(NetworkNamespace.Identity(inside.Name)).Single(p => p.Facts.Name == "dnsmasq");
        var output = await new ToolRunner().RunAsync(
            new ToolCommand { Program = "kill", Arguments = [signal, server.Id.ToString(CultureInfo.InvariantCulture)] }, Token);
        output.ExitCode.ShouldBe(0, output.Stderr);
    }

    private async Task<DhcpServerResult> UntilAsync(Func<DhcpServerResult, bool> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(10));
        while (true)
        {
            if (await ReadAsync() is var result && holds(result))
                return result;
            await Task.Delay(50, deadline.Token);
        }
    }

    private Task<DhcpServerResult> ReadAsync() =>
        new DhcpServerHandler(_state).HandleAsync(new DhcpServerParams { NetworkId = _network }, new CallContext { CorrelationId = "t" }, Token);
}
