using Steth.Lab.Plan;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>A diagnosis leaves nothing behind and changes nothing for guests, routers and servers, also when it is killed.</summary>
public class TraceFreeTests(LabFixture lab) : IClassFixture<LabFixture>
{
    private const int Kills = 12;
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("vm1", null)]
    [InlineData("vm6", null)]
    [InlineData("vm8", null)]
    [InlineData("vm1", "F1")]
    [InlineData("vm6", "T3-vxlan-filtered")]
    [InlineData("vm3", "I3-egress-drop")]
    public async Task Diagnose_AtItsEnd_HasLeftNothing(string vm, string? fault)
    {
        LabFixture.SkipIfUnavailable();
        if (fault is not null)
            await lab.BreakAsync(fault, vm);
        try
        {
            var before = await HostTraces.TakeAsync(lab);
            var run = await Diagnosed.OfAsync(lab, Port(vm));

            run.ExitCode.ShouldBe(fault is null ? 0 : 1, run.Errors);
            (await HostTraces.WaitAsync(lab, before, TimeSpan.FromSeconds(2))).ShouldBe(before);
        }
        finally
        {
            await lab.HealAsync();
        }
    }

    [Fact]
    public async Task Diagnose_Killed_LeavesNothingOnceItsLeasesAreUp()
    {
        LabFixture.SkipIfUnavailable();
        var before = await HostTraces.TakeAsync(lab);
        var vms = FaultMatrix.Vms;
        for (var kill = 0; kill < Kills; kill++)
        {
            var port = Port(vms[kill % vms.Count].Name);
            using var steth = await Commands.Steth.StartAsync(
                lab, "diagnose", $"{port.Address}", "--peer", $"{lab.Plan.Peer(port).Address}", "-f", "json");
            // The moment is the point: from the first question to the agents to the last packet.
            await Task.Delay(150 + (kill * 120), TestContext.Current.CancellationToken);
            steth.Kill();
            await steth.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        (await HostTraces.WaitAsync(lab, before, LeaseTime)).ShouldBe(before);
        (await Diagnosed.OfAsync(lab, Port("vm1"))).ShouldBeHealthy();
    }

    [Theory]
    [InlineData("vm1")]
    [InlineData("vm6")]
    public async Task Diagnose_LeavesTheRoutersNeighbourEntryToTheGuest(string vm)
    {
        LabFixture.SkipIfUnavailable();
        var port = Port(vm);
        var router = await Probes.RouterAsync(lab);
        (await Probes.PingsAgainAsync(lab, router, $"{port.Address}")).ShouldBeTrue();

        (await Diagnosed.OfAsync(lab, port)).ShouldBeHealthy();

        var neighbour = await lab.ExecAsync("net1", "ip", "-n", router, "neigh", "show", $"{port.Address}");
        neighbour.ShouldContain($"dev {lab.Plan.RouterPort(port.Network)!.OvsDevice} lladdr {port.Mac} ", Case.Insensitive);
        (await Probes.PingsAsync(lab, router, $"{port.Address}")).ShouldBeTrue();
        (await Probes.LeasesAsync(lab, lab.Ports.Single(p => p.Name == vm))).ShouldBeTrue();
    }

    private PortPlan Port(string vm) => lab.Plan.VmPorts.Single(port => port.Name == vm);
}
