using System.Net;
using Steth.Agent.Kernel;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Building;

namespace Steth.Agent.Tests.Operations;

public sealed class NeighbourScanHandlerTests
{
    private static Task<NeighbourScanResult> ScanAsync(NeighbourScanParams wanted) => new NeighbourScanHandler(TimeProvider.System).HandleAsync(
        wanted, new CallContext { CorrelationId = "test" }, TestContext.Current.CancellationToken);

    private static NeighbourScanParams From(ScratchNamespace host, params string[] targets) => new()
    {
        Device = SwitchRig.Nic,
        Namespace = host.Name,
        Targets = [.. targets.Select(IPAddress.Parse)],
        WaitMs = 500,
    };

    private static string[] Told(NeighbourScanResult result) => [.. result.Neighbours.Select(n => $"{n.Address}: {string.Join(" ", n.Macs.Select(m => m.ToString()).Order())}")];

    [Fact]
    public async Task HandleAsync_DuplicateAndMissingAddress_TellsEveryMac()
    {
        Privilege.NeedsRoot();
        using var rig = new SwitchRig("a", "b", "c");
        rig["a"].Ip("addr add 10.9.0.1/24 dev eth0");
        rig["b"].Ip("addr add 10.9.0.2/24 dev eth0");
        rig["b"].Ip("addr add 10.9.0.3/24 dev eth0");
        rig["c"].Ip("addr add 10.9.0.2/24 dev eth0");

        var result = await ScanAsync(From(rig["a"], "10.9.0.1", "10.9.0.2", "10.9.0.3", "10.9.0.4"));

        Told(result).ShouldBe(
            ["10.9.0.1: ", $"10.9.0.2: {SwitchRig.MacOf("b")} {SwitchRig.MacOf("c")}", $"10.9.0.3: {SwitchRig.MacOf("b")}", "10.9.0.4: "]);
        (result.Sent, result.Left, result.Dropped).ShouldBe((8, 8, 0));
        result.Problems.ShouldBeEmpty();
        // A probe teaches nobody anything.
        rig["a"].Ip("neigh show").ShouldBeEmpty();
        rig["b"].Ip("neigh show").ShouldBeEmpty();
        rig["c"].Ip("neigh show").ShouldBeEmpty();
    }

    [Fact]
    public async Task HandleAsync_SomebodyAnswersWithEverNewMacs_TellsSomeOfThem()
    {
        Privilege.NeedsRoot();
        using var rig = new SwitchRig("a", "b");
        using var liar = FrameSocket.Open(SwitchRig.Nic, rig["b"].Name);
        var scan = ScanAsync(From(rig["a"], "10.9.0.9") with { WaitMs = 2000 });
        for (var round = 0; !scan.IsCompleted; round++)
        {
            liar.Send(FrameBuilder.ArpRequest(MacAddress.Parse($"02:00:00:00:{round / 256 % 256:x2}:{round % 256:x2}"), IPAddress.Parse("10.9.0.9"), IPAddress.Parse("10.9.0.1")));
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        (await scan).Neighbours.ShouldHaveSingleItem().Macs.Count.ShouldBe(64);
    }

    [Fact]
    public async Task HandleAsync_IPv6_IsSolicited()
    {
        Privilege.NeedsRoot();
        using var rig = new SwitchRig("a", "b", "c");
        rig["a"].Ip("addr add fe80::a/64 dev eth0 nodad");
        rig["b"].Ip("addr add 2001:db8::2/64 dev eth0 nodad");
        rig["c"].Ip("addr add 2001:db8::2/64 dev eth0 nodad");
        rig["c"].Ip("addr add 10.9.0.3/24 dev eth0");

        var result = await ScanAsync(From(rig["a"], "2001:db8::2", "10.9.0.3", "2001:db8::4"));

        Told(result).ShouldBe([$"2001:db8::2: {SwitchRig.MacOf("b")} {SwitchRig.MacOf("c")}", $"10.9.0.3: {SwitchRig.MacOf("c")}", "2001:db8::4: "]);
        result.Left.ShouldBe(6);
    }

    [Fact]
    public async Task HandleAsync_IPv6WithoutOwnAddress_SaysSoAndAsksTheRest()
    {
        Privilege.NeedsRoot();
        using var rig = new SwitchRig("a", "c");
        rig["c"].Ip("addr add 10.9.0.3/24 dev eth0");

        var result = await ScanAsync(From(rig["a"], "2001:db8::2", "10.9.0.3"));

        Told(result)[1].ShouldBe($"10.9.0.3: {SwitchRig.MacOf("c")}");
        result.Problems.ShouldBe(["IPv6 addresses were not asked for: 'eth0' has no IPv6 address of its own to ask from."]);
    }

    [Fact]
    public async Task HandleAsync_Pps_IsKept()
    {
        Privilege.NeedsRoot();
        using var rig = new SwitchRig("a");
        var start = TimeProvider.System.GetTimestamp();
        await ScanAsync(From(rig["a"], [.. Enumerable.Range(1, 20).Select(i => $"10.9.0.{i}")]) with { Count = 1, Pps = 20, WaitMs = 50 });
        TimeProvider.System.GetElapsedTime(start).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.95));
    }

    [Fact]
    public async Task HandleAsync_DeviceDownOrMissing_SaysSo()
    {
        Privilege.NeedsRoot();
        using var rig = new SwitchRig("a");
        rig["a"].Ip("link set eth0 down");
        (await Should.ThrowAsync<OperationException>(() => ScanAsync(From(rig["a"], "10.9.0.1")))).Message.ShouldContain("the device is down");
        (await Should.ThrowAsync<OperationException>(() => ScanAsync(From(rig["a"], "10.9.0.1") with { Device = DeviceName.Parse("none") }))).Code
            .ShouldBe(OperationErrorCode.NoSuchDevice);
    }

    [Theory]
    [InlineData(0, 2, 200, 1000, "targets has 0 addresses; allowed are 1-4096.")]
    [InlineData(1, 11, 200, 1000, "count has 11; allowed are 1-10.")]
    [InlineData(1, 2, 0, 1000, "pps has 0; allowed are 1-10000.")]
    [InlineData(1, 2, 200, 49, "wait_ms has 49; allowed are 50-60000.")]
    public async Task HandleAsync_OutOfRange_IsInvalidParams(int targets, int count, int pps, int wait, string message) =>
        (await Should.ThrowAsync<OperationException>(() => ScanAsync(new NeighbourScanParams
        {
            Device = DeviceName.Parse("lo"),
            Targets = [.. Enumerable.Repeat(IPAddress.Parse("10.9.0.1"), targets)],
            Count = count,
            Pps = pps,
            WaitMs = wait,
        }))).Message.ShouldBe(message);
}
