using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Steth.Agent.Operations;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Probe;

namespace Steth.Agent.Tests.Operations;

public class UdpProbeHandlerTests
{
    private readonly List<UdpProbeProgress> _events = [];

    private Task<UdpProbeResult> ProbeAsync(UdpProbeParams parameters, CancellationToken? cancelled = null) => UdpProbeHandler.HandleAsync(
        parameters,
        (progress, _) =>
        {
            _events.Add(progress);
            return ValueTask.CompletedTask;
        },
        Reflecting.Call,
        cancelled ?? TestContext.Current.CancellationToken);

    private static UdpProbeParams To(ulong token, params (string From, string To, int Port)[] targets) => new()
    {
        Token = token,
        Targets = [.. targets.Select(t => new UdpProbeTarget { From = IPAddress.Parse(t.From), To = IPAddress.Parse(t.To), Port = t.Port })],
        Count = 20,
        IntervalMs = 1,
        TimeoutMs = 5000,
    };

    [Fact]
    public async Task Probe_FromMoreAddressesThanAreTaken_IsRefused()
    {
        var refusal = await Should.ThrowAsync<OperationException>(
            ProbeAsync(To(1, [.. Enumerable.Range(1, 65).Select(i => ($"127.0.1.{i}", "127.0.0.1", 9))])));

        (refusal.Code, refusal.Message).ShouldBe((OperationErrorCode.InvalidParams, "from has 65 different addresses; allowed are 1-64."));
    }

    [Fact]
    public async Task Probe_AReflector_MeasuresTheNetworkAlone()
    {
        await using var reflector = await Reflecting.StartAsync("127.0.0.1", peers: "127.0.0.2");

        var result = await ProbeAsync(To(reflector.Token, ("127.0.0.2", "127.0.0.1", reflector.Port)));

        var target = result.Targets.ShouldHaveSingleItem();
        (target.Sent, target.Received, target.Reordered, target.Duplicates, target.Reason).ShouldBe((20, 20, 0, 0, null));
        target.RttMinMs!.Value.ShouldBeGreaterThanOrEqualTo(0);
        target.RttP50Ms!.Value.ShouldBeInRange(target.RttMinMs.Value, target.RttP99Ms!.Value);
        target.RttP99Ms.Value.ShouldBe(target.RttMaxMs!.Value);
        target.JitterMs!.Value.ShouldBeInRange(0, target.RttMaxMs.Value);
        result.SelfDelayP99Ms!.Value.ShouldBeGreaterThan(0);
        result.Dropped.ShouldBe(0);
        // The greeting is not counted.
        (await reflector.EndAsync()).Points[0].Peers.ShouldHaveSingleItem().Received.ShouldBe(20);
    }

    [Fact]
    public async Task Probe_SecondRunGoesOn_CountsAsNew()
    {
        await using var reflector = await Reflecting.StartAsync("127.0.0.1");
        var first = To(reflector.Token, ("127.0.0.1", "127.0.0.1", reflector.Port));

        await ProbeAsync(first);
        await ProbeAsync(first with { FirstSequence = 20 });

        var peer = (await reflector.EndAsync()).Points[0].Peers.ShouldHaveSingleItem();
        (peer.Received, peer.Duplicates).ShouldBe((40, 0));
    }

    [Fact]
    public async Task Probe_ManyTargetsOneMute_CostsItsOwnRowOnly()
    {
        await using var reflector = await Reflecting.StartAsync("127.0.0.1");
        using var mute = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var mutePort = ((IPEndPoint)mute.Client.LocalEndPoint!).Port;

        var result = await ProbeAsync(To(
            reflector.Token,
            ("127.0.0.1", "127.0.0.1", reflector.Port), ("127.0.0.1", "127.0.0.1", mutePort), ("127.0.0.1", "127.0.0.1", reflector.Port))
            with
        { TimeoutMs = 300 });

        // The two twins share sequences, which the reflector takes for duplicates and answers all the same.
        result.Targets.Select(t => (t.Sent, t.Received)).ShouldBe([(20, 20), (20, 0), (20, 20)]);
        result.Targets[1].RttP50Ms.ShouldBeNull();
    }

    [Fact]
    public async Task Probe_FromNobodysAddress_SaysSo()
    {
        var target = (await ProbeAsync(To(1, ("192.0.2.77", "192.0.2.78", 9)) with { TimeoutMs = 50 })).Targets.ShouldHaveSingleItem();

        (target.Sent, target.Reason).ShouldBe((0, "This host has no address 192.0.2.77."));
    }

    [Fact]
    public async Task Probe_NoRoute_SaysSo()
    {
        var target = (await ProbeAsync(To(1, ("127.0.0.1", "203.0.113.9", 9)) with { Count = 1, TimeoutMs = 50 })).Targets.ShouldHaveSingleItem();

        // From a loopback address nothing leaves the host, whatever its routes are.
        target.Sent.ShouldBe(0);
        target.Reason.ShouldNotBeNull();
    }

    [Fact]
    public async Task Probe_AtAPace_KeepsIt()
    {
        await using var reflector = await Reflecting.StartAsync("127.0.0.1");
        var start = Stopwatch.GetTimestamp();

        await ProbeAsync(To(reflector.Token, ("127.0.0.1", "127.0.0.1", reflector.Port)) with { Count = 50, IntervalMs = 0, Pps = 100 });

        Stopwatch.GetElapsedTime(start).TotalMilliseconds.ShouldBeGreaterThan(480);
        _events.ShouldAllBe(e => e.Planned == 50 && e.Sent > 0 && e.Sent <= 50);
        _events.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Probe_Cancelled_EndsSoon()
    {
        using var cancelled = new CancellationTokenSource(100);
        var start = Stopwatch.GetTimestamp();

        await Should.ThrowAsync<OperationCanceledException>(
            ProbeAsync(To(1, ("127.0.0.1", "127.0.0.1", 9)) with { Count = 1000, IntervalMs = 1000 }, cancelled.Token));

        Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeLessThan(10);
    }

    [Theory]
    [InlineData(0, 9, 64, "count has 0; allowed are 1-1000.")]
    [InlineData(1, 0, 64, "port has 0; allowed are 1-65535.")]
    [InlineData(1, 9, 35, "size has 35; allowed are 36-65000.")]
    public async Task Probe_OutOfRange_IsRefused(int count, int port, int size, string message)
    {
        size.ShouldBeOneOf(64, ReflectedProbe.Length - 1);
        var refused = await Should.ThrowAsync<OperationException>(
            ProbeAsync(To(1, ("127.0.0.1", "127.0.0.1", port)) with { Count = count, Size = size }));

        (refused.Code, refused.Message).ShouldBe((OperationErrorCode.InvalidParams, message));
    }

    [Fact]
    public async Task Probe_MixedIpVersions_AreRefused() =>
        (await Should.ThrowAsync<OperationException>(ProbeAsync(To(1, ("127.0.0.1", "::1", 9)))))
            .Message.ShouldBe("from 127.0.0.1 and to ::1 are of different IP versions.");
}
