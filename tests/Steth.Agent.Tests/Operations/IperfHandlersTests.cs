using System.Net;
using System.Net.Sockets;
using Steth.Agent.Leases;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tests.Tools;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Iperf;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

/// <summary>Real servers and clients on loopback, both versions of iperf.</summary>
public sealed class IperfHandlersTests : IAsyncDisposable
{
    private static readonly CallContext Call = new() { CorrelationId = "test" };
    private readonly LeaseBook _leases = new(TimeProvider.System, new ToolRunner(), null, (covers, e) => throw new InvalidOperationException(covers, e));
    private readonly List<IperfInterval> _intervals = [];
    private readonly int _port = FreePort();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _leases.DisposeAsync();

    /// <summary>Below those that the kernel gives away by itself (net.ipv4.ip_local_port_range), to other tests for example.</summary>
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Any, port));
                return port;
            }
            catch (SocketException)
            {
                // It is taken.
            }
        }
    }

    private static IToolRunner Runner(string tool)
    {
        Assert.SkipUnless(new ToolRunner().Find(tool) is not null, $"needs the package {tool}");
        return tool == "iperf3" ? new ToolRunner() : new WithoutIperf3(new ToolRunner());
    }

    private Task<IperfServeResult> ServeAsync(string tool, IperfProtocol protocol = IperfProtocol.Tcp, string? bind = "127.0.0.1") =>
        new IperfServeHandler(Runner(tool), _leases).HandleAsync(
            new IperfServeParams { Port = _port, Protocol = protocol, BindAddress = bind is null ? null : IPAddress.Parse(bind) }, Call, Token);

    private Task<IperfRunResult> RunAsync(string tool, IperfRunParams parameters) => new IperfRunHandler(Runner(tool)).HandleAsync(
        parameters,
        (interval, _) =>
        {
            _intervals.Add(interval);
            return ValueTask.CompletedTask;
        },
        Call,
        Token);

    private IperfRunParams Params(IperfProtocol protocol = IperfProtocol.Tcp, int seconds = 1) =>
        new() { Server = IPAddress.Loopback, Port = _port, Seconds = seconds, Protocol = protocol };

    [Fact]
    public async Task Tcp_OverIperf3_TellsRateRetransmitsAndCpu()
    {
        var served = await ServeAsync("iperf3");
        (served.Port, served.Tool).ShouldBe((_port, "iperf3"));
        var result = await RunAsync("iperf3", Params());
        (result.Protocol, result.Tool, result.JitterMs, result.LossPercent).ShouldBe((IperfProtocol.Tcp, "iperf3", null, null));
        result.BitsPerSecond.ShouldBeGreaterThan(10_000_000);
        result.Retransmits.ShouldNotBeNull();
        result.SenderCpuPercent.ShouldNotBeNull();
        ((double)result.Bytes).ShouldBe(result.BitsPerSecond * result.Seconds / 8, tolerance: result.Bytes * 0.01);
        _intervals.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Udp_OverIperf3_KeepsToTheBandwidthOfEachStream()
    {
        await ServeAsync("iperf3", IperfProtocol.Udp);
        var result = await RunAsync("iperf3", Params(IperfProtocol.Udp) with { BandwidthBps = 4_000_000, Parallel = 2 });
        result.BitsPerSecond.ShouldBeInRange(4_000_000, 10_000_000);
        result.JitterMs.ShouldNotBeNull();
        result.LossPercent!.Value.ShouldBeInRange(0, 100);
        result.Retransmits.ShouldBeNull();
    }

    [Fact]
    public async Task Tcp_OverIperf3WithBandwidth_KeepsToIt()
    {
        await ServeAsync("iperf3");
        (await RunAsync("iperf3", Params() with { BandwidthBps = 8_000_000, BindAddress = IPAddress.Parse("127.0.0.1") })).BitsPerSecond.ShouldBeInRange(4_000_000, 12_000_000);
    }

    [Theory]
    [InlineData("iperf3")]
    [InlineData("iperf")]
    public async Task Tcp_OverIPv6_Works(string tool)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "needs IPv6");
        await ServeAsync(tool, bind: "::1");
        (await RunAsync(tool, Params() with { Server = IPAddress.IPv6Loopback, BandwidthBps = 8_000_000 })).Bytes.ShouldBeGreaterThan(100_000);
    }

    [Fact]
    public async Task Tcp_OverIperf2_SaysWhichToolAndReportsIntervals()
    {
        (await ServeAsync("iperf", bind: null)).Tool.ShouldBe("iperf");
        var result = await RunAsync("iperf", Params(seconds: 2) with { Parallel = 2, BandwidthBps = 8_000_000, WindowBytes = 100_000 });
        (result.Tool, result.Retransmits, result.SenderCpuPercent).ShouldBe(("iperf", null, null));
        result.BitsPerSecond.ShouldBeInRange(8_000_000, 24_000_000);
        _intervals.Count.ShouldBe(2);
        _intervals[0].EndSeconds.ShouldBe(1);
    }

    [Fact]
    public async Task Udp_OverIperf2_TellsJitterAndLoss()
    {
        await ServeAsync("iperf", IperfProtocol.Udp);
        var result = await RunAsync("iperf", Params(IperfProtocol.Udp) with { BandwidthBps = 4_000_000 });
        result.BitsPerSecond.ShouldBeInRange(2_000_000, 6_000_000);
        result.JitterMs.ShouldNotBeNull();
        result.LossPercent.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("iperf3", "unable to connect to server: Connection refused")]
    [InlineData("iperf", "tcp connect failed: Connection refused")]
    public async Task Run_NobodyListens_FailsWithTheToolsWords(string tool, string words)
    {
        var e = await Should.ThrowAsync<OperationException>(() => RunAsync(tool, Params()));
        e.Code.ShouldBe(OperationErrorCode.ToolFailed);
        e.Message.ShouldBe($"{tool} to 127.0.0.1 port {_port} failed: {words}.");
    }

    [Fact]
    public async Task Run_ServerTestsAlready_IsBusy()
    {
        await ServeAsync("iperf3");
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<IperfRunResult> Start() => new IperfRunHandler(Runner("iperf3"))
            .HandleAsync(Params(seconds: 60) with { BandwidthBps = 1_000_000 }, (_, _) => ValueTask.CompletedTask, Call, caller.Token);
        Task<IperfRunResult>[] both = [Start(), Start()];
        var refused = await Task.WhenAny(both);
        (await Should.ThrowAsync<OperationException>(() => refused)).Code.ShouldBe(OperationErrorCode.Busy);
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => both.Single(t => t != refused));
    }

    [Fact]
    public async Task Run_WindowTheToolRefuses_FailsWithItsWords()
    {
        var e = await Should.ThrowAsync<OperationException>(() => RunAsync("iperf3", Params() with { WindowBytes = 999_999_999 }));
        e.Message.ShouldEndWith("failed: iperf3: parameter error - socket buffer size too large (maximum = 536870912 bytes).");
    }

    [Theory]
    [InlineData("iperf3")]
    [InlineData("iperf")]
    public async Task Serve_Released_ListensNoMoreAndThePortIsFree(string tool)
    {
        var served = await ServeAsync(tool);
        _leases.List().ShouldHaveSingleItem().Covers.ShouldBe($"{tool} server on port {_port}");
        using (var client = new TcpClient())
            await client.ConnectAsync(IPAddress.Loopback, _port, Token);
        (await _leases.ReleaseAsync(served.LeaseId, Token)).ShouldBeTrue();
        using var late = new TcpClient();
        await Should.ThrowAsync<SocketException>(async () => await late.ConnectAsync(IPAddress.Loopback, _port, Token));
    }

    [Theory]
    [InlineData("iperf3")]
    [InlineData("iperf")]
    public async Task Serve_PortTaken_IsBusy(string tool)
    {
        using var other = new TcpListener(IPAddress.Loopback, _port);
        other.Start();
        var e = await Should.ThrowAsync<OperationException>(() => ServeAsync(tool));
        e.Code.ShouldBe(OperationErrorCode.Busy);
        e.Message.ShouldBe($"Port {_port} of this host is taken by another listener; choose another port.");
        _leases.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task Serve_AddressThatIsNotHere_FailsWithTheToolsWords()
    {
        var e = await Should.ThrowAsync<OperationException>(() => ServeAsync("iperf3", bind: "192.0.2.77"));
        e.Code.ShouldBe(OperationErrorCode.ToolFailed);
        e.Message.ShouldContain("Cannot assign requested address");
    }

    [Fact]
    public async Task Run_OptionsOfIperf3_AllReachTheTool()
    {
        using var tools = new StandInTools();
        tools.Add("iperf3", $$"""
            case $1 in --help) echo 'usage: --json-stream'; exit;; esac
            echo "$@" > {{tools.PathOf("argv")}}
            echo '{"event":"start","data":{} }'
            echo '{"event":"interval","data":{"sum":{"end":1.5,"bits_per_second":8} } }'
            echo '{"event":"end","data":{"streams":[],"sum_sent":{"seconds":1,"bytes":2,"bits_per_second":16,"retransmits":3},"sum_received":{"seconds":1,"bytes":1,"bits_per_second":8} } }'
            """);
        var result = await new IperfRunHandler(tools.Runner).HandleAsync(
            Params(IperfProtocol.Udp, seconds: 7) with { Parallel = 3, BandwidthBps = 1000, WindowBytes = 2000, BindAddress = IPAddress.Parse("127.0.0.2") },
            (interval, _) =>
            {
                _intervals.Add(interval);
                return ValueTask.CompletedTask;
            },
            Call,
            Token);
        (await File.ReadAllTextAsync(tools.PathOf("argv"), Token)).ShouldBe($"-c 127.0.0.1 -p {_port} -t 7 -u -P 3 -b 1000 -w 2000 -B 127.0.0.2 --json-stream --forceflush --connect-timeout 5000\n");
        (result.BitsPerSecond, result.Bytes, result.Retransmits).ShouldBe((8, 1, 3));
        _intervals.ShouldBe([new IperfInterval { EndSeconds = 1.5, BitsPerSecond = 8 }]);
    }

    [Fact]
    public async Task Run_IntervalsOfMoreBytesThanAreKept_AreToldAndNotKept()
    {
        using var tools = new StandInTools();
        tools.Add("iperf3", """
            case $1 in --help) echo 'usage: --json-stream'; exit;; esac
            line='{"event":"interval","data":{"sum":{"end":1,"bits_per_second":8},"streams":"'$(/usr/bin/head -c 50000 /dev/zero | /usr/bin/tr '\0' x)'"} }'
            i=0; while [ $i -lt 420 ]; do echo "$line"; i=$((i+1)); done
            echo '{"event":"end","data":{"streams":[],"sum_sent":{"seconds":1,"bytes":2,"bits_per_second":16,"retransmits":3},"sum_received":{"seconds":1,"bytes":1,"bits_per_second":8} } }'
            """);
        var intervals = 0;

        var result = await new IperfRunHandler(tools.Runner).HandleAsync(
            Params(),
            (_, _) =>
            {
                intervals++;
                return ValueTask.CompletedTask;
            },
            Call,
            Token);

        (result.BitsPerSecond, intervals).ShouldBe((8, 420));
    }

    [Fact]
    public void Iperf2_LaterIntervals_AreNotNeededForTheOutcome()
    {
        var text = Recording.Read("iperf/v2-tcp-two-streams.txt");

        var lines = text.Split('\n').Where(line => !Iperf2Text.IsLaterInterval(line)).ToList();

        lines.Count.ShouldBeLessThan(text.Split('\n').Length);
        Iperf2Text.Parse(string.Join('\n', lines), "").ShouldBe(Iperf2Text.Parse(text, ""));
    }

    [Fact]
    public async Task Run_NeitherInstalled_NamesThePackage()
    {
        using var tools = new StandInTools();
        var e = await Should.ThrowAsync<OperationException>(() => new IperfRunHandler(tools.Runner).HandleAsync(Params(), (_, _) => ValueTask.CompletedTask, Call, Token));
        (e.Code, e.Message).ShouldBe((OperationErrorCode.ToolMissing, "Neither iperf3 nor iperf is installed on this host; install the package iperf3."));
    }

    [Fact]
    public async Task Run_ToolOfTheServerMissing_SaysSo()
    {
        var e = await Should.ThrowAsync<OperationException>(() => RunAsync("iperf", Params() with { Tool = "iperf3" }));
        e.Code.ShouldBe(OperationErrorCode.ToolMissing);
    }

    [Fact]
    public async Task Run_OutOfRange_IsRefused()
    {
        var right = new IperfRunParams { Server = IPAddress.Loopback };
        IperfRunParams[] wrong =
        [
            right with { Port = 0 }, right with { Port = 65536 }, right with { Seconds = 0 }, right with { Seconds = 3601 },
            right with { Parallel = 129 }, right with { BandwidthBps = 0 }, right with { WindowBytes = -1 }, right with { Tool = "netperf" },
            right with { BindAddress = IPAddress.IPv6Loopback },
        ];
        foreach (var parameters in wrong)
        {
            (await Should.ThrowAsync<OperationException>(() => RunAsync("iperf3", parameters)))
                .Code.ShouldBe(OperationErrorCode.InvalidParams, parameters.ToString());
        }
    }

    /// <summary>A host where only version 2 is installed.</summary>
    private sealed class WithoutIperf3(ToolRunner inner) : IToolRunner
    {
        public Task<ToolOutput> RunAsync(ToolCommand command, CancellationToken cancellationToken) => inner.RunAsync(command, cancellationToken);

        public Task<IRunningTool> StartAsync(ToolCommand command, Action<string>? onLine, CancellationToken cancellationToken) =>
            inner.StartAsync(command, onLine, cancellationToken);

        public string? Find(string program) => program == "iperf3" ? null : inner.Find(program);
    }
}
