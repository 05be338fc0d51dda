using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Kernel.Icmp;

public class PingHandlerTests
{
    private static readonly CallContext Call = new() { CorrelationId = "test" };

    private readonly List<PingTargetResult> _events = [];

    private Task<PingResult> PingAsync(PingParams parameters) => PingUntilAsync(parameters, TestContext.Current.CancellationToken);

    private Task<PingResult> PingUntilAsync(PingParams parameters, CancellationToken cancellationToken)
    {
        Privilege.NeedsRoot();
        return PingHandler.HandleAsync(
            parameters,
            (target, _) =>
            {
                _events.Add(target);
                return ValueTask.CompletedTask;
            },
            Call,
            cancellationToken);
    }

    private static PingParams To(params string[] targets) =>
        new() { Targets = [.. targets.Select(IPAddress.Parse)], Count = 1, IntervalMs = 0, TimeoutMs = 5000 };

    [Fact]
    public async Task Ping_Loopback_IsAnsweredWithinReason()
    {
        var result = (await PingAsync(To("127.0.0.1") with { Count = 3, IntervalMs = 10 })).Targets.ShouldHaveSingleItem();
        result.Destination.ShouldBe(IPAddress.Loopback);
        result.Sent.ShouldBe(3);
        result.Received.ShouldBe(3);
        result.LossPercent.ShouldBe(0);
        result.RttMinMs!.Value.ShouldBeGreaterThanOrEqualTo(0);
        result.RttAvgMs!.Value.ShouldBeInRange(result.RttMinMs.Value, result.RttMaxMs!.Value);
        result.RttMaxMs.Value.ShouldBeLessThan(5000);
        result.Reason.ShouldBeNull();
        _events.ShouldBe([result]);
    }

    [Fact]
    public async Task Ping_BothFamiliesAndATwin_AnswersInTheOrderAsked()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "needs IPv6");
        var result = await PingAsync(To("::1", "127.0.0.1", "127.0.0.1", "::ffff:127.0.0.2"));
        result.Targets.Select(t => t.Destination.ToString()).ShouldBe(["::1", "127.0.0.1", "127.0.0.1", "::ffff:127.0.0.2"]);
        result.Targets.ShouldAllBe(t => t.Sent == 1 && t.Received == 1 && t.LossPercent == 0 && t.RttAvgMs != null);
        _events.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Ping_AThousandTargets_AllAnswer()
    {
        var targets = Enumerable.Range(0, 1000).Select(i => $"127.0.{i / 250}.{1 + i % 250}").ToArray();
        var result = await PingAsync(To(targets) with { Count = 2 });
        result.Targets.Select(t => t.Destination.ToString()).ShouldBe(targets);
        result.Targets.ShouldAllBe(t => t.Sent == 2 && t.Received == 2 && t.Reason == null);
        _events.Count.ShouldBe(1000);
    }

    [Fact]
    public async Task Ping_MoreProbesThanSequenceNumbers_AreAllTold()
    {
        var targets = Enumerable.Range(1, 70).Select(i => $"127.0.9.{i}").ToArray();
        var result = await PingAsync(To(targets) with { Count = 1000, Size = 8 });
        result.Targets.ShouldAllBe(t => t.Sent == 1000 && t.Received == 1000);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Ping_LargestSize_ComesBackWhole(string target)
    {
        var result = await PingAsync(To(target) with { Size = 65000, Count = 20 });
        result.Targets.ShouldHaveSingleItem().Received.ShouldBe(20);
    }

    [Fact]
    public async Task Ping_NoRoute_IsAReason()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        var result = await PingAsync(To("203.0.113.1", "2001:db8::1", "127.0.0.1") with { Namespace = scratch.Name, Count = 2 });
        result.Targets[0].Sent.ShouldBe(0);
        result.Targets[0].LossPercent.ShouldBeNull();
        result.Targets[0].Reason.ShouldBe("this host has no route to it");
        result.Targets[1].Sent.ShouldBe(0);
        result.Targets[1].Reason.ShouldBe("this host has no route to it");
        result.Targets[2].Received.ShouldBe(2);
    }

    [Fact]
    public async Task Ping_NobodyAtTheAddress_IsUnreachableOrSilent()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("v0", "v1");
        scratch.Ip("address add 192.0.2.1/24 dev v0");
        // The kernel tells after three unanswered ARP requests, a second apart.
        var result = await PingAsync(To("192.0.2.9", "192.0.2.9") with { Namespace = scratch.Name, TimeoutMs = 10_000 });
        result.Targets.ShouldAllBe(t => t.Sent == 1 && t.Received == 0 && t.LossPercent == 100 && t.RttAvgMs == null);
        result.Targets.ShouldAllBe(t => t.Reason == "host unreachable, says 192.0.2.1");
        var silent = await PingAsync(To("192.0.2.10") with { Namespace = scratch.Name, TimeoutMs = 100 });
        silent.Targets.ShouldHaveSingleItem().Reason.ShouldBeNull();
        silent.Targets[0].Sent.ShouldBe(1);
        silent.Targets[0].LossPercent.ShouldBe(100);
    }

    [Fact]
    public async Task Ping_ThroughARouterWithoutARoute_NamesTheRouter()
    {
        Privilege.NeedsRoot();
        using var host = new ScratchNamespace();
        using var router = new ScratchNamespace();
        Join(host, router);
        router.Exec("sysctl", "-qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
        host.Ip("route add default via 192.0.2.1");
        host.Ip("-6 route add default via 2001:db8:1::1");
        var result = await PingAsync(To("198.51.100.7", "2001:db8:ffff::7", "192.0.2.1", "2001:db8:1::1") with { Namespace = host.Name });
        result.Targets[0].Reason.ShouldBe("network unreachable, says 192.0.2.1");
        result.Targets[0].Sent.ShouldBe(1);
        result.Targets[1].Reason.ShouldBe("no route to destination, says 2001:db8:1::1");
        result.Targets[2].Received.ShouldBe(1);
        result.Targets[3].Received.ShouldBe(1);
    }

    [Fact]
    public async Task Ping_DontFragmentOverTheMtu_NamesTheMtu()
    {
        Privilege.NeedsRoot();
        using var host = new ScratchNamespace();
        using var router = new ScratchNamespace();
        Join(host, router);
        var tooLong = await PingAsync(To("192.0.2.1", "2001:db8:1::1") with { Namespace = host.Name, Size = 1473, DontFragment = true });
        tooLong.Targets[0].Reason.ShouldBe("1501 bytes do not fit MTU 1500");
        tooLong.Targets[0].Sent.ShouldBe(0);
        tooLong.Targets[1].Reason.ShouldBe("1521 bytes do not fit MTU 1500");
        var fits = await PingAsync(To("192.0.2.1") with { Namespace = host.Name, Size = 1472, DontFragment = true });
        fits.Targets[0].Received.ShouldBe(1);
        var fragmented = await PingAsync(To("192.0.2.1", "2001:db8:1::1") with { Namespace = host.Name, Size = 4000 });
        fragmented.Targets.ShouldAllBe(t => t.Received == 1);
    }

    [Fact]
    public async Task Ping_NarrowHopBehindARouter_NamesRouterAndMtu()
    {
        Privilege.NeedsRoot();
        using var host = new ScratchNamespace();
        using var router = new ScratchNamespace();
        Join(host, router);
        router.Exec("sysctl", "-qw net.ipv4.ip_forward=1");
        router.Ip("link add n0 mtu 1300 type veth peer name n1");
        router.Ip("address add 198.51.100.1/24 dev n0");
        router.Ip("link set n1 up");
        router.Ip("link set n0 up");
        host.Ip("route add default via 192.0.2.1");
        var result = await PingAsync(To("198.51.100.2") with { Namespace = host.Name, Size = 1400, DontFragment = true });
        result.Targets[0].Reason.ShouldBe("fragmentation needed, MTU 1300, says 192.0.2.1");
        // The kernel has learnt the path's MTU and refuses the next one itself.
        result = await PingAsync(To("198.51.100.2") with { Namespace = host.Name, Size = 1400, DontFragment = true });
        result.Targets[0].Reason.ShouldBe("1428 bytes do not fit MTU 1300");
    }

    [Fact]
    public async Task Ping_BroadcastAddress_NeedsItsFlag()
    {
        Privilege.NeedsRoot();
        using var host = new ScratchNamespace();
        using var other = new ScratchNamespace();
        Join(host, other);
        other.Exec("sysctl", "-qw net.ipv4.icmp_echo_ignore_broadcasts=0");
        var refused = await PingAsync(To("192.0.2.255") with { Namespace = host.Name });
        refused.Targets[0].Sent.ShouldBe(0);
        refused.Targets[0].Reason.ShouldBe("this host forbids it: a broadcast address without broadcast set, or a prohibit route");
        var answered = await PingAsync(To("192.0.2.255") with { Namespace = host.Name, Broadcast = true });
        answered.Targets[0].Received.ShouldBe(1);
    }

    [Fact]
    public async Task Ping_BoundToAnInterface_LeavesByItOnly()
    {
        Privilege.NeedsRoot();
        using var host = new ScratchNamespace();
        using var other = new ScratchNamespace();
        Join(host, other);
        var bound = await PingAsync(To("192.0.2.1") with { Namespace = host.Name, Interface = DeviceName.Parse("v0") });
        bound.Targets[0].Received.ShouldBe(1);
        var wrong = await PingAsync(To("192.0.2.1") with { Namespace = host.Name, Interface = DeviceName.Parse("lo"), TimeoutMs = 200 });
        wrong.Targets[0].Received.ShouldBe(0);
    }

    [Fact]
    public async Task Ping_FirewallDropsOutput_IsAReason()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.Exec("iptables", "-A OUTPUT -p icmp --icmp-type echo-request -j DROP");
        var result = await PingAsync(To("127.0.0.1") with { Namespace = scratch.Name });
        result.Targets[0].Sent.ShouldBe(0);
        result.Targets[0].Reason.ShouldBe("a firewall rule on this host drops it");
    }

    [Fact]
    public async Task Ping_UnknownInterfaceOrNamespace_IsNoSuchDevice()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: opens a raw socket");
        var device = await Should.ThrowAsync<OperationException>(() => PingAsync(To("127.0.0.1") with { Interface = DeviceName.Parse("steth-none0") }));
        device.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        device.Message.ShouldBe("There is no network device 'steth-none0' on this host.");
        var inside = await Should.ThrowAsync<OperationException>(() => PingAsync(To("127.0.0.1") with { Namespace = NamespaceName.Parse("steth-none") }));
        inside.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
    }

    [Fact]
    public async Task Ping_ErrorLaterThanTheTimeout_IsTheReasonOfTheRest()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("v0", "v1");
        scratch.Ip("address add 192.0.2.1/24 dev v0");
        var result = await PingAsync(To("192.0.2.9") with { Namespace = scratch.Name, Count = 6, IntervalMs = 1000, TimeoutMs = 500 });
        result.Targets[0].Reason.ShouldBe("host unreachable, says 192.0.2.1");
        result.Targets[0].Sent.ShouldBe(6);
        result.Targets[0].Received.ShouldBe(0);
    }

    [Fact]
    public async Task Ping_WithoutNetRaw_SaysWhatItNeeds()
    {
        Privilege.NeedsRoot();
        var answer = new TaskCompletionSource<Task<PingResult>>();
        // Capabilities are a thread's, and a thread's children inherit them: the run's own thread as well.
        new Thread(() =>
        {
            Capabilities.DropNetRaw();
            answer.SetResult(PingAsync(To("127.0.0.1")));
        }).Start();
        var refused = await Should.ThrowAsync<OperationException>(async () => await await answer.Task);
        refused.Code.ShouldBe(OperationErrorCode.PermissionDenied);
        refused.Message.ShouldBe("The agent may not open a raw ICMP socket: it needs CAP_NET_RAW.");
    }

    [Fact]
    public async Task Ping_Cancelled_EndsSoon()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("v0", "v1");
        scratch.Ip("address add 192.0.2.1/24 dev v0");
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var ping = PingUntilAsync(To("192.0.2.9") with { Namespace = scratch.Name, TimeoutMs = 60_000, Count = 1000 }, cancellation.Token);
        var watch = Stopwatch.StartNew();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => ping);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Ping_CallerThatFails_StopsTheRun()
    {
        Privilege.NeedsRoot();
        var parameters = To("127.0.0.1", "192.0.2.9") with { Interface = DeviceName.Parse("lo"), TimeoutMs = 60_000 };
        var watch = Stopwatch.StartNew();
        await Should.ThrowAsync<IOException>(() =>
            PingHandler.HandleAsync(parameters, (_, _) => throw new IOException("gone"), Call, TestContext.Current.CancellationToken));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("targets", 0, 1, 0, 1, 56)]
    [InlineData("targets", 4097, 1, 0, 1, 56)]
    [InlineData("count", 1, 0, 0, 1, 56)]
    [InlineData("count", 1, 1001, 0, 1, 56)]
    [InlineData("interval_ms", 1, 1, -1, 1, 56)]
    [InlineData("interval_ms", 1, 1, 60001, 1, 56)]
    [InlineData("timeout_ms", 1, 1, 0, 0, 56)]
    [InlineData("timeout_ms", 1, 1, 0, 60001, 56)]
    [InlineData("size", 1, 1, 0, 1, 7)]
    [InlineData("size", 1, 1, 0, 1, 65001)]
    public async Task Ping_OutOfRange_NamesTheParameter(string name, int targets, int count, int intervalMs, int timeoutMs, int size)
    {
        var parameters = new PingParams
        {
            Targets = [.. Enumerable.Repeat(IPAddress.Loopback, targets)],
            Count = count,
            IntervalMs = intervalMs,
            TimeoutMs = timeoutMs,
            Size = size,
        };
        var refused = await Should.ThrowAsync<OperationException>(() =>
            PingHandler.HandleAsync(parameters, (_, _) => ValueTask.CompletedTask, Call, TestContext.Current.CancellationToken));
        refused.Code.ShouldBe(OperationErrorCode.InvalidParams);
        refused.Message.ShouldStartWith($"{name} ");
    }

    /// <summary>host v0 192.0.2.2 ── v1 192.0.2.1 other.</summary>
    private static void Join(ScratchNamespace host, ScratchNamespace other)
    {
        host.Ip("link add v0 type veth peer name v1");
        host.Ip($"link set v1 netns {other.Name}");
        host.Ip("address add 192.0.2.2/24 brd + dev v0");
        other.Ip("address add 192.0.2.1/24 brd + dev v1");
        host.Ip("-6 address add 2001:db8:1::2/64 dev v0 nodad");
        other.Ip("-6 address add 2001:db8:1::1/64 dev v1 nodad");
        host.Ip("link set v0 up");
        other.Ip("link set v1 up");
    }
}
