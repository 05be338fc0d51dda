using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Checks;
using Steth.Controller.Checks.Mesh;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Mesh;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Tests.Checks.Mesh;

public class MeshCheckTests
{
    private static readonly MeshRequest Request = new() { Networks = ["mgmt", "net"] };

    private readonly List<CheckProgress> _progress = [];

    private static PairWorld Three() => new(
        PairWorld.Node("a", 1, "mgmt", "net"), PairWorld.Node("b", 2, "mgmt", "net"), PairWorld.Node("c", 3, "mgmt", "net"));

    private Task<MeshReport> RunAsync(PairWorld world, MeshRequest? request = null) => new MeshCheck(world.Agents.WithTimeout()).RunAsync(
        world.Nodes, request ?? Request,
        happening =>
        {
            lock (_progress)
                _progress.Add(happening);
        },
        TestContext.Current.CancellationToken);

    [Fact]
    public async Task Run_Healthy_ProbesEveryDirectedPairOfEveryNetworkOnce()
    {
        var world = Three();

        var report = await RunAsync(world);

        report.Status.ShouldBe(CheckState.Pass);
        report.Results.Select(r => $"{r.Network} {r.From}>{r.To}").Order(StringComparer.Ordinal).ShouldBe(
        [
            "mgmt a>b", "mgmt a>c", "mgmt b>a", "mgmt b>c", "mgmt c>a", "mgmt c>b",
            "net a>b", "net a>c", "net b>a", "net b>c", "net c>a", "net c>b",
        ]);
        report.Results.ShouldAllBe(r => r.Sent == 10 && r.Received == 10 && r.LostThere == 0 && r.LostBack == 0);
        // One call a node takes all its targets.
        world.Runs.Count.ShouldBe(3);
        world.Runs.ShouldAllBe(r => r.Targets.Count == 4 && r.Count == 10 && r.Pps == 5000);
        world.Listening.ShouldBeEmpty();
        _progress.ShouldContain(p => p.Fraction == 1);
        _progress.ShouldAllBe(p => p.Fraction == null || (p.Fraction >= 0 && p.Fraction <= 1));
    }

    [Fact]
    public async Task Run_EachSender_BeginsWithAnotherReceiver()
    {
        var world = Three();

        await RunAsync(world, Request with { Networks = ["mgmt"] });

        world.Runs.Select(r => r.Targets[0].To).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Run_OneStrayPacket_IsProbedAgainAndPasses()
    {
        var world = Three();
        var strays = 1;
        world.Lost = (from, _, _) => from.ToString() == "10.1.0.1" && Interlocked.Exchange(ref strays, 0) == 1 ? 1 : 0;

        var report = await RunAsync(world);

        report.Status.ShouldBe(CheckState.Pass);
        // 1 of 60 is under the threshold; the pair alone was probed again, with numbers that go on.
        report.Results.Single(r => r.Sent == 60).Received.ShouldBe(59);
        world.Runs.Count.ShouldBe(4);
        var again = world.Runs.Last();
        (again.Targets.Count, again.Count, again.FirstSequence).ShouldBe((1, 50, 10));
    }

    [Fact]
    public async Task Run_LossTowardsOneNode_IsToldWithItsDirection()
    {
        var world = Three();
        world.Lost = (_, to, count) => to.ToString() == "10.1.0.3" ? count / 5 : 0;

        var report = await RunAsync(world);

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Network).ShouldBe(("mesh-loss", "net"));
        finding.Summary.ShouldContain("of what a, b send is lost on the way to c");
        report.Results.Where(r => r is { Network: "net", To: "c" }).ShouldAllBe(r => r.LostThere > 0 && r.LostBack == 0);
        report.Results.Where(r => r is { Network: "net", From: "c" }).ShouldAllBe(r => r.LostThere == 0 && r.LostBack > 0);
    }

    [Fact]
    public async Task Run_SilentAgent_CostsItsOwnRowsOnly()
    {
        var world = Three();
        world.Agents.Kill(world.Nodes[2]);

        var report = await RunAsync(world);

        report.Status.ShouldBe(CheckState.Unknown);
        report.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("c");
        report.Findings.ShouldBeEmpty();
        report.Results.Where(r => r.From == "c" || r.To == "c").ShouldAllBe(r => r.State == CheckState.Unknown);
        report.Results.Count(r => r.State == CheckState.Pass).ShouldBe(4);
        world.Agents.Calls.ShouldNotContain("c udp.probe");
    }

    [Fact]
    public async Task Run_AgentDiesWhileProbing_IsSilentThenAndNotBlamed()
    {
        var world = Three();
        world.Lost = (from, to, count) => from.ToString().EndsWith('3') || to.ToString().EndsWith('3') ? count : 0;
        world.Agents.OnStream(world.Nodes[2], AgentOperations.UdpProbe, (_, _, _) =>
        {
            world.Agents.Kill(world.Nodes[2]);
            throw new AgentException("c", "The connection was lost.", null);
        });

        var report = await RunAsync(world);

        report.Status.ShouldBe(CheckState.Unknown);
        report.Findings.ShouldBeEmpty();
        report.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("c");
    }

    [Fact]
    public async Task Run_OldAgent_IsUnknownWithItsWords()
    {
        var world = Three();
        world.Agents.Refuse(world.Nodes[2], AgentOperations.ReflectorRun, OperationErrorCode.MethodNotFound, "There is no method reflector.run.");

        var report = await RunAsync(world);

        report.Status.ShouldBe(CheckState.Unknown);
        report.Unreachable.ShouldBeEmpty();
        report.Findings.Select(f => f.Summary).ShouldBe(
        [
            "mgmt: c could not take part: There is no method reflector.run.", "net: c could not take part: There is no method reflector.run.",
        ], ignoreOrder: true);
        // It could still probe the others.
        report.Results.Where(r => r.From == "c").ShouldAllBe(r => r.State == CheckState.Pass);
    }

    [Fact]
    public async Task Run_AddressMissing_IsUnknownOnThatNetworkOnly()
    {
        var world = Three();
        world.Missing.Add(IPAddress.Parse("10.1.0.3"));

        var report = await RunAsync(world);

        report.Findings.ShouldHaveSingleItem().Summary.ShouldBe("net: c could not take part: This host has no address 10.1.0.3.");
        report.Results.Where(r => r.Network == "mgmt").ShouldAllBe(r => r.State == CheckState.Pass);
    }

    [Fact]
    public async Task Run_Ipv4AndIpv6_AreMeshesOfTheirOwn()
    {
        Node Dual(string name, int last) => PairWorld.Node(name, last, "mgmt") with
        {
            Networks =
            [
                new NodeNetwork("mgmt", IPAddress.Parse($"10.0.0.{last}"), null),
                new NodeNetwork("mgmt", IPAddress.Parse($"2001:db8::{last}"), null),
            ],
        };

        var report = await RunAsync(new PairWorld(Dual("a", 1), Dual("b", 2), PairWorld.Node("c", 3, "mgmt")));

        report.Results.Count(r => r.IpVersion == 4).ShouldBe(6);
        report.Results.Count(r => r.IpVersion == 6).ShouldBe(2);
    }

    [Fact]
    public async Task Run_TwoNetworksOfTheSameAddresses_AreProbedOnce()
    {
        static Node Same(string name, int last) => FakeAgents(name, IPAddress.Parse($"10.0.0.{last}"));
        static Node FakeAgents(string name, IPAddress address) =>
            Agents.FakeAgents.Node(name, new NodeNetwork("mgmt", address, null), new NodeNetwork("storage", address, null));
        var world = new PairWorld(Same("a", 1), Same("b", 2));

        var report = await RunAsync(world, Request with { Networks = ["mgmt", "storage"] });

        report.Results.Select(r => r.Network).ShouldBe(["mgmt", "mgmt", "storage", "storage"]);
        report.Results.ShouldAllBe(r => r.Sent == 10 && r.LostThere == 0);
        world.Runs.ShouldAllBe(r => r.Targets.Count == 1);
    }

    [Fact]
    public async Task Run_NothingInCommon_SaysSoAndAsksNobody()
    {
        var world = new PairWorld(PairWorld.Node("a", 1, "mgmt"), PairWorld.Node("b", 2));

        var report = await RunAsync(world);

        report.Status.ShouldBe(CheckState.Unknown);
        report.Notes.ShouldHaveSingleItem().ShouldBe("No two of the nodes are on one network: there is nothing to probe.");
        world.Agents.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_LossWhileANeighbourTableWasFull_IsNotTheNetworks()
    {
        var world = Three();
        world.Lost = (from, _, count) => from.ToString().EndsWith('3') ? count : 0;
        world.Crowded.Add(world.Nodes[2].Name);

        var report = await RunAsync(world);

        report.Status.ShouldBe(CheckState.Unknown);
        report.Findings.Select(f => f.Id).Distinct().ShouldBe(["mesh-neighbours-full"]);
        report.Findings.ShouldAllBe(f => f.Nodes.Single() == world.Nodes[2].Name);
    }

    [Fact]
    public async Task Run_LossOfANodeThatAnswersTooLate_IsNotTheNetworks()
    {
        var world = Three();
        world.Lost = (from, _, count) => from.ToString().EndsWith('3') ? count / 5 : 0;
        foreach (var node in world.Nodes)
            world.Late.Add(node.Name);

        var report = await RunAsync(world);

        report.Status.ShouldBe(CheckState.Unknown);
        report.Findings.Select(f => f.Id).Distinct().ShouldBe(["mesh-overload"]);
    }

    [Fact]
    public async Task Run_Cancelled_EndsEveryReflector()
    {
        var world = Three();
        using var cancelled = new CancellationTokenSource();
        world.Agents.OnStream(world.Nodes[0], AgentOperations.UdpProbe, async (_, _, ct) =>
        {
            await cancelled.CancelAsync();
            await Task.Delay(Timeout.Infinite, ct);
            return new UdpProbeResult { Targets = [] };
        });

        await Should.ThrowAsync<OperationCanceledException>(
            new MeshCheck(world.Agents.WithTimeout()).RunAsync(world.Nodes, Request, null, cancelled.Token));

        world.Listening.ShouldBeEmpty();
    }
}
