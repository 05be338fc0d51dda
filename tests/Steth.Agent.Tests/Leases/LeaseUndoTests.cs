using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Steth.Agent.Leases;
using Steth.Agent.Tests.Kernel;
using Steth.Agent.Tests.Tools;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Tests.Leases;

/// <summary>Undoing on the real kernel: what is not the very thing any more is left alone.</summary>
public sealed class LeaseUndoTests
{
    private static readonly ToolRunner _tools = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Device_OfThatIndex_IsDeletedAndAnotherOfItsNameIsNot()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        var undo = new DeviceUndo { Name = DeviceName.Parse("v0"), Namespace = scratch.Name, Index = DeviceUndo.NewIndex() };
        await undo.RunAsync(_tools, Token);
        scratch.Ip($"link add name v0 index {undo.Index} type veth peer name v1");
        await undo.RunAsync(_tools, Token);
        scratch.Ip("-br link show").ShouldNotContain("v0");
        scratch.Ip("link add name v0 type veth peer name v1");
        await undo.RunAsync(_tools, Token);
        scratch.Ip("-br link show").ShouldContain("v0");
    }

    [Fact]
    public async Task Device_NamespaceIsGone_IsFine()
    {
        Privilege.NeedsRoot();
        await new DeviceUndo { Name = DeviceName.Parse("v0"), Namespace = NamespaceName.Parse("steth-t-gone"), Index = 9 }.RunAsync(_tools, Token);
    }

    [Theory]
    [InlineData(null, "Cannot send link get request: Interrupted system call", 2)]
    [InlineData(null, "", 137)]
    [InlineData("ns", "nsenter: cannot open /run/netns/ns: Too many open files", 1)]
    [InlineData("ns", "nsenter: reassociate to namespaces failed: Operation not permitted", 1)]
    public async Task Device_IpFailsForAnotherReason_IsNotTakenForGone(string? inside, string words, int exitCode)
    {
        using var tools = new StandInTools();
        tools.Add("ip", $"echo '{words}' >&2; exit {exitCode}").Add("nsenter", $"echo '{words}' >&2; exit {exitCode}");
        var undo = new DeviceUndo { Name = DeviceName.Parse("v0"), Namespace = inside is null ? null : NamespaceName.Parse(inside), Index = 9 };
        var e = await Should.ThrowAsync<OperationException>(() => undo.RunAsync(tools.Runner, Token));
        (e.Code, e.Message).ShouldBe((OperationErrorCode.ToolFailed, $"ip does not tell whether there is a device 'v0' (exit code {exitCode}): {words}"));
    }

    [Theory]
    [InlineData(null, "Device \"v0\" does not exist.")]
    [InlineData(null, "Cannot find device \"v0\"")]
    [InlineData("ns", "nsenter: cannot open /run/netns/ns: No such file or directory")]
    public async Task Device_IpSaysThatItIsGone_IsFine(string? inside, string words)
    {
        using var tools = new StandInTools();
        tools.Add("ip", $"echo '{words}' >&2; exit 1").Add("nsenter", $"echo '{words}' >&2; exit 1");
        await new DeviceUndo { Name = DeviceName.Parse("v0"), Namespace = inside is null ? null : NamespaceName.Parse(inside), Index = 9 }
            .RunAsync(tools.Runner, Token);
    }

    [Fact]
    public async Task Programs_OfTheMark_EndWithTheirChildrenAndOthersDoNot()
    {
        var (undo, other) = (ProgramUndo.New(), ProgramUndo.New());
        await using var marked = await StartAsync(undo, "trap '' INT; sleep 60 & wait; sleep 60");
        await using var bystander = await StartAsync(other, "sleep 60");
        var clock = Stopwatch.StartNew();
        await undo.RunAsync(_tools, Token);
        await marked.Completion.WaitAsync(TimeSpan.FromSeconds(5), Token);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(8));
        bystander.Completion.IsCompleted.ShouldBeFalse();
        await undo.RunAsync(_tools, Token);
        await other.RunAsync(_tools, Token);
        await bystander.Completion.WaitAsync(TimeSpan.FromSeconds(5), Token);
    }

    /// <summary>What is just being started has no environment yet; what never has one is not waited for.</summary>
    [Fact]
    public async Task Programs_StartedThisMoment_AreFound_AndWhoHasNoEnvironmentHoldsNothingUp()
    {
        await using var bare = await _tools.StartAsync(
            new ToolCommand { Program = "env", Arguments = ["-i", "/bin/sleep", "60"] }, null, Token);
        for (var i = 0; i < 10; i++)
        {
            var undo = ProgramUndo.New();
            await using var program = await _tools.StartAsync(
                new ToolCommand { Program = "sleep", Arguments = ["60"], Mark = undo.Mark }, null, Token);
            var clock = Stopwatch.StartNew();
            await undo.RunAsync(_tools, Token);
            await program.Completion.WaitAsync(TimeSpan.FromSeconds(5), Token);
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        }
        bare.Completion.IsCompleted.ShouldBeFalse();
    }

    /// <summary>iperf has threads: when its first one has ended, it has no environment any more and still listens.</summary>
    [Fact]
    public async Task Programs_WhoseFirstThreadEnds_AreWaitedFor()
    {
        Assert.SkipUnless(_tools.Find("python3") is not null, "needs python3");
        const string EndsItsFirstThread = """
            import ctypes, signal, socket, threading, time
            server = socket.create_server(('127.0.0.1', 0))
            signal.signal(signal.SIGINT, lambda *_: ctypes.CDLL(None).pthread_exit(None))
            threading.Thread(target=lambda: time.sleep(60)).start()
            print(server.getsockname()[1], flush=True)
            while True:
                time.sleep(60)
            """;
        var undo = ProgramUndo.New();
        var port = new TaskCompletionSource<int>();
        await using var program = await _tools.StartAsync(
            new ToolCommand { Program = "python3", Arguments = ["-c", EndsItsFirstThread], Mark = undo.Mark },
            line => port.TrySetResult(int.Parse(line, CultureInfo.InvariantCulture)), Token);
        var listens = await port.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        await undo.RunAsync(_tools, Token);
        using var client = new TcpClient();
        await Should.ThrowAsync<SocketException>(async () => await client.ConnectAsync(IPAddress.Loopback, listens, Token));
    }

    private static async Task<IRunningTool> StartAsync(ProgramUndo undo, string script)
    {
        var running = new TaskCompletionSource();
        var tool = await _tools.StartAsync(
            new ToolCommand { Program = "sh", Arguments = ["-c", "echo; " + script], Mark = undo.Mark }, _ => running.TrySetResult(), Token);
        await running.Task.WaitAsync(TimeSpan.FromSeconds(5), Token);
        return tool;
    }
}
