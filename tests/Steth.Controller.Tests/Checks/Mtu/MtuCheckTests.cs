using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Checks.Mtu;
using Steth.Controller.Tests.Checks.Mesh;
using Steth.Diagnosis.Readiness.Mtu;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Tests.Checks.Mtu;

public class MtuCheckTests
{
    private static PairWorld World(Func<string, string, int> passes)
    {
        var world = new PairWorld(PairWorld.Node("a", 1, "net"), PairWorld.Node("b", 2, "net"), PairWorld.Node("c", 3, "net"));
        foreach (var node in world.Nodes)
        {
            world.Agents.OnStream(node, AgentOperations.MtuSearch, (p, _, _) => Task.FromResult(new MtuSearchResult
            {
                Targets =
                [
                    .. p.Targets.Select(t => passes(t.From.ToString()[^1..], t.To.ToString()[^1..]) is var mtu ? new MtuSearchTargetResult
                    {
                        From = t.From,
                        To = t.To,
                        Interface = "eth1",
                        InterfaceMtu = 1500,
                        Udp = t.Port is null ? null : Found(mtu),
                        Icmp = Found(mtu),
                    } : null!),
                ],
            }));
        }
        return world;
    }

    private static MtuFound Found(int mtu) => new() { Passed = mtu, Failed = mtu < 1500 ? mtu + 1 : null, Sent = 9, TookMs = 1 };

    private static Task<MtuReport> RunAsync(PairWorld world, MtuRequest? request = null) => new MtuCheck(world.Agents.WithTimeout())
        .RunAsync(world.Nodes, request ?? new MtuRequest { Networks = ["net"] }, null, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Run_Healthy_PassesAndLeavesNoReflector()
    {
        var world = World((_, _) => 1500);

        var report = await RunAsync(world);

        report.Status.ShouldBe(CheckState.Pass);
        report.Results.Count.ShouldBe(6);
        report.Results.ShouldAllBe(r => r.Mtu == 1500 && r.Needed == 1500 && r.InterfaceMtu == 1500);
        world.Listening.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_OnePortTooSmall_IsOneFinding()
    {
        var report = await RunAsync(World((from, to) => from == "3" || to == "3" ? 1400 : 1500));

        report.Findings.ShouldHaveSingleItem().Summary.ShouldBe("net: only 1400 bytes pass between c and a, b; 1500 are needed");
    }

    [Fact]
    public async Task Run_SilentAgent_CostsItsOwnRowsOnly()
    {
        var world = World((_, _) => 1500);
        world.Agents.Kill(world.Nodes[2]);

        var report = await RunAsync(world);

        report.Status.ShouldBe(CheckState.Unknown);
        report.Findings.ShouldBeEmpty();
        report.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("c");
        report.Results.Count(r => r.State == CheckState.Pass).ShouldBe(2);
    }

    [Fact]
    public async Task Run_NoReflectorButIcmp_TakesIcmpsWord()
    {
        var world = World((_, _) => 1500);
        world.Agents.Refuse(world.Nodes[2], AgentOperations.ReflectorRun, OperationErrorCode.MethodNotFound, "There is no method reflector.run.");

        var report = await RunAsync(world);

        report.Status.ShouldBe(CheckState.Pass);
        report.Results.Where(r => r.To == "c").ShouldAllBe(r => r.UdpMtu == null && r.Mtu == 1500);
    }

    [Fact]
    public async Task Run_Needs_AreHeld()
    {
        var report = await RunAsync(
            World((_, _) => 1500), new MtuRequest { Networks = ["net"], Needs = [MtuWish.Parse("vxlan:1500", null).Need("net")], Notes = ["said"] });

        report.Status.ShouldBe(CheckState.Fail);
        report.Results.ShouldAllBe(r => r.Needed == 1550);
        report.Findings.ShouldHaveSingleItem().Id.ShouldBe("mtu-interface-too-small");
        report.Notes.ShouldBe(["said"]);
    }
}
