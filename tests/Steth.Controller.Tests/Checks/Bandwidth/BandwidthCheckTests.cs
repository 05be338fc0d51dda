using System.Collections.Concurrent;
using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Checks;
using Steth.Controller.Checks.Bandwidth;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Readiness.Bandwidth;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Checks.Bandwidth;

public class BandwidthCheckTests
{
    private readonly FakeAgents _agents = new();
    private readonly ConcurrentDictionary<string, int> _running = new();
    private int _most;

    private static string AddressOf(int number, string network) => $"10.{(network == "net" ? 88 : 77)}.0.{number}";

    private Node[] Nodes(int count, params string[] networks) => [.. Enumerable.Range(1, count).Select(i =>
    {
        var node = FakeAgents.Node($"n{i}", [.. networks.Select(type => new NodeNetwork(type, IPAddress.Parse(AddressOf(i, type)), null))]);
        _agents.On(node, AgentOperations.InterfaceList, _ => new InterfaceListResult { Interfaces = [Nic(node)] });
        _agents.On(node, AgentOperations.IperfServe, p => new IperfServeResult { LeaseId = $"{p.BindAddress}", Port = p.Port, Tool = "iperf3" });
        _agents.On(node, AgentOperations.LeaseRenew, _ => new LeaseRenewResult { ExpiresAt = DateTimeOffset.UnixEpoch });
        _agents.On(node, AgentOperations.LeaseRelease, _ => new LeaseReleaseResult { Released = true });
        _agents.OnStream(node, AgentOperations.IperfRun, (p, _, _) => RunAsync(node, p));
        return node;
    })];

    private static InterfaceFacts Nic(Node node, string? kind = null) => new()
    {
        Name = "eth1",
        Index = 2,
        Kind = kind,
        Mtu = 1500,
        AdminUp = true,
        Carrier = true,
        OperState = "UP",
        SpeedMbps = 10_000,
        Addresses = [.. node.Networks.Select(place => new InterfaceAddressFacts
        {
            Address = InterfaceAddress.Parse($"{place.Address}/24"), Scope = "global",
        })],
    };

    private async Task<IperfRunResult> RunAsync(Node from, IperfRunParams p)
    {
        // Nobody may have two runs at a time, as sender or as receiver.
        foreach (var end in (string[])[from.Name, $"n{p.Server.GetAddressBytes()[3]}"])
            _running.AddOrUpdate(end, 1, (_, now) => now + 1).ShouldBe(1);
        InterlockedMax(_running.Values.Sum() / 2);
        await Task.Delay(5, TestContext.Current.CancellationToken);
        foreach (var end in (string[])[from.Name, $"n{p.Server.GetAddressBytes()[3]}"])
            _running[end]--;
        return new IperfRunResult
        {
            Protocol = p.Protocol,
            Server = p.Server,
            BitsPerSecond = 9.4e9,
            Bytes = 1 << 30,
            Seconds = p.Seconds,
            Tool = p.Tool!,
            Retransmits = 1,
        };
    }

    private void InterlockedMax(int now)
    {
        lock (_running)
            _most = Math.Max(_most, now);
    }

    private Task<BandwidthReport> CheckAsync(Node[] nodes, BandwidthRequest request, Action<CheckProgress>? progress = null) =>
        new BandwidthCheck(_agents.WithTimeout()).RunAsync(nodes, request, progress, TestContext.Current.CancellationToken);

    private static BandwidthRequest On(params string[] networks) => new() { Networks = networks };

    private IEnumerable<T> Asked<T>() => _agents.Asked.Select(a => a.Parameters).OfType<T>();

    [Fact]
    public async Task RunAsync_AllPairs_MeasuresEachDirectionOnceAndNobodyTwiceAtATime()
    {
        var report = await CheckAsync(Nodes(6, "net"), On("net"));

        report.Results.Select(row => $"{row.From}{row.To}").ShouldBe(
            from one in Enumerable.Range(1, 6) from other in Enumerable.Range(1, 6) where one != other select $"n{one}n{other}");
        report.Results.ShouldAllBe(row => row.State == CheckState.Pass && row.BitsPerSecond == 9.4e9 && row.LinkBitsPerSecond == 1e10);
        report.Status.ShouldBe(CheckState.Pass);
        _most.ShouldBe(3);
        Asked<IperfServeParams>().Count().ShouldBe(6);
        Asked<LeaseReleaseParams>().Select(p => p.LeaseId).Order().ShouldBe(Enumerable.Range(1, 6).Select(i => AddressOf(i, "net")));
    }

    [Fact]
    public async Task RunAsync_ShareOfTheLink_IsNotTakenOfAVirtualNic()
    {
        var nodes = Nodes(2, "net");
        _agents.On(nodes[1], AgentOperations.InterfaceList, _ => new InterfaceListResult { Interfaces = [Nic(nodes[1], "veth")] });

        var report = await CheckAsync(nodes, On("net") with { Least = BandwidthThreshold.Parse("80%") });

        report.Status.ShouldBe(CheckState.Unknown);
        report.Findings.ShouldHaveSingleItem().Evidence.ShouldBe(["n2: eth1 has no link speed, or its driver tells none"]);
    }

    [Fact]
    public async Task RunAsync_TwoNetworks_GoesOneAfterTheOtherBoundToEach()
    {
        var report = await CheckAsync(Nodes(2, "mgmt", "net"), On("mgmt", "net") with { Seconds = 7, Streams = 4, Port = 5555 });

        report.Results.Select(row => $"{row.Network} {row.From} {row.To}").ShouldBe(["mgmt n1 n2", "mgmt n2 n1", "net n1 n2", "net n2 n1"]);
        Asked<IperfRunParams>().Select(p => $"{p.BindAddress}>{p.Server}:{p.Port} {p.Seconds}s x{p.Parallel}").ShouldBe(
        [
            "10.77.0.1>10.77.0.2:5555 7s x4", "10.77.0.2>10.77.0.1:5555 7s x4", "10.88.0.1>10.88.0.2:5555 7s x4", "10.88.0.2>10.88.0.1:5555 7s x4",
        ]);
        var calls = _agents.Calls.ToList();
        calls.LastIndexOf("n1 iperf.serve").ShouldBeGreaterThan(calls.IndexOf("n2 lease.release"));
    }

    [Fact]
    public async Task RunAsync_Ring_MeasuresNeighboursOnly()
    {
        var report = await CheckAsync(Nodes(5, "net"), On("net") with { Pairs = PairChoice.Ring });

        report.Results.Select(row => $"{row.From}{row.To}").ShouldBe(["n1n2", "n1n5", "n2n1", "n2n3", "n3n2", "n3n4", "n4n3", "n4n5", "n5n1", "n5n4"]);
    }

    [Fact]
    public async Task RunAsync_NamedPairs_MeasuresThose()
    {
        var report = await CheckAsync(Nodes(4, "net"), On("net") with { Pairs = PairChoice.Of([new NodePair("n4", "n1")]), UdpRateBps = 5_000_000 });

        report.Results.Select(row => $"{row.From} {row.To} {row.Protocol} {row.NeededBitsPerSecond}").ShouldBe(["n1 n4 UDP 4750000", "n4 n1 UDP 4750000"]);
        Asked<IperfRunParams>().ShouldAllBe(p => p.Protocol == IperfProtocol.Udp && p.BandwidthBps == 5_000_000 && p.Parallel == null);
        Asked<IperfServeParams>().Count().ShouldBe(2);
    }

    [Fact]
    public async Task RunAsync_ADeadAgent_CostsItsOwnRowsAndIsAskedOnce()
    {
        var nodes = Nodes(4, "net");
        _agents.Kill(nodes[2]);

        var report = await CheckAsync(nodes, On("net"));

        report.Results.Count(row => row.State == CheckState.Pass).ShouldBe(6);
        report.Results.Where(row => row.State == CheckState.Unknown).ShouldAllBe(row => row.From == "n3" || row.To == "n3");
        report.Results.Count.ShouldBe(12);
        report.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("n3");
        report.Findings.ShouldBeEmpty();
        _agents.Calls.Count(call => call.StartsWith("n3 ", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_AnAgentThatDiesMeanwhile_IsNotBlamedForLosses()
    {
        var nodes = Nodes(3, "net");
        foreach (var other in nodes[..2])
        {
            _agents.OnStream(other, AgentOperations.IperfRun, (p, _, _) =>
            {
                if (!p.Server.Equals(IPAddress.Parse("10.88.0.3")))
                    return RunAsync(other, p);
                _agents.Kill(nodes[2]);
                throw new AgentException(other.Name, OperationErrorCode.Timeout, "iperf3 to 10.88.0.3 timed out.");
            });
        }

        var report = await CheckAsync(nodes, On("net"));

        report.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("n3");
        report.Findings.ShouldBeEmpty();
        report.Results.ShouldAllBe(row => row.State != CheckState.Fail);
        report.Results.Single(row => row is { From: "n1", To: "n2" }).State.ShouldBe(CheckState.Pass);
    }

    [Fact]
    public async Task RunAsync_NoConnectionWhileTheServerListens_Fails()
    {
        var nodes = Nodes(2, "net");
        _agents.Refuse(nodes[0], AgentOperations.IperfRun, OperationErrorCode.ToolFailed, "iperf3 failed: No route to host.");

        var report = await CheckAsync(nodes, On("net"));

        report.Results.Select(row => (row.From, row.State, row.Reason)).ShouldBe(
            [("n1", CheckState.Fail, "iperf3 failed: No route to host."), ("n2", CheckState.Pass, null)]);
        report.Findings.ShouldHaveSingleItem().Id.ShouldBe("bandwidth-no-connection");
    }

    [Fact]
    public async Task RunAsync_NoConnectionBecauseTheServerEnded_IsUnknown()
    {
        var nodes = Nodes(2, "net");
        _agents.Refuse(nodes[0], AgentOperations.IperfRun, OperationErrorCode.ToolFailed, "iperf3 failed: Connection refused.");
        _agents.Refuse(nodes[1], AgentOperations.LeaseRenew, OperationErrorCode.NoSuchDevice, "There is no such lease.");

        var report = await CheckAsync(nodes, On("net"));

        report.Results[0].State.ShouldBe(CheckState.Unknown);
        report.Findings.ShouldHaveSingleItem().Summary.ShouldBe("net: n2 could not take part: its iperf server ended meanwhile: There is no such lease.");
    }

    [Fact]
    public async Task RunAsync_PortTaken_CostsTheRunsToThatNode()
    {
        var nodes = Nodes(3, "net");
        _agents.Refuse(nodes[1], AgentOperations.IperfServe, OperationErrorCode.Busy, "Port 5001 of this host is taken.");

        var report = await CheckAsync(nodes, On("net"));

        report.Results.Where(row => row.State != CheckState.Pass).Select(row => $"{row.From} {row.To} {row.State}").ShouldBe(
            ["n1 n2 Unknown", "n3 n2 Unknown"]);
    }

    [Fact]
    public async Task RunAsync_AServerStillBusy_IsTriedAgain()
    {
        var nodes = Nodes(2, "net");
        var tries = 0;
        _agents.OnStream(nodes[0], AgentOperations.IperfRun, (p, _, _) => ++tries < 3
            ? throw new AgentException("n1", OperationErrorCode.Busy, "the server is busy")
            : RunAsync(nodes[0], p));

        (await CheckAsync(nodes, On("net"))).Status.ShouldBe(CheckState.Pass);
        tries.ShouldBe(3);
    }

    [Fact]
    public async Task RunAsync_OnANetworkOfOneNode_SaysSo() =>
        (await CheckAsync(Nodes(1, "net"), On("net"))).Notes.ShouldBe(["Nothing was measured on net: fewer than two of the nodes are on it."]);

    [Fact]
    public async Task RunAsync_Progress_CountsRunsAndTellsTheTimeLeft()
    {
        var told = new ConcurrentQueue<CheckProgress>();

        await CheckAsync(Nodes(3, "net"), On("net") with { Seconds = 60 }, told.Enqueue);

        told.First().ShouldBe(new CheckProgress(null, "asking 3 nodes for their NICs"));
        told.ShouldContain(new CheckProgress(0, "0 of 6 runs, on net, about 6 min left"));
        told.Last().Fraction.ShouldBe(1);
    }
}
