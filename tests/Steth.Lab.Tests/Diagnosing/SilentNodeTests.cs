using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>Agents that are hung, shut off or dead: what they would have seen is UNKNOWN, and nobody is blamed for it.</summary>
public class SilentNodeTests(LabFixture lab) : IClassFixture<LabFixture>
{
    [Theory]
    [InlineData("vm1")]
    [InlineData("vm3")]
    [InlineData("vm5")]
    [InlineData("vm8")]
    public async Task NodeOnThePath_ShutOff_LeavesItsHopsUnknownAndBlamesNobody(string vm)
    {
        LabFixture.SkipIfUnavailable();
        await using var silence = await ShutOffAsync("net1");
        var run = await Diagnosed.OfAsync(lab, Port(vm));

        Blames(run, []);
        run.Unreachable.ShouldBe(["net1"]);
        run.Hops.ShouldAllBe(hop => !hop.StartsWith("net1 ") || hop.EndsWith(" UNKNOWN") || hop.EndsWith(" PASS"));
        run.Hops.ShouldNotContain(hop => hop.EndsWith(" FAIL"));
    }

    [Theory]
    [InlineData("vm1", "I1-dead-tag", "I1")]
    [InlineData("vm1", "Q1-qvb-off-bridge", "Q1")]
    [InlineData("vm3", "V1-tap-down", "V1")]
    [InlineData("vm5", "U1-patch-peer-broken", "U1")]
    [InlineData("vm1", "D1-dnsmasq-dead", null)]
    [InlineData("vm1", "R1-router-missing", null)]
    [InlineData("vm5", "F4-nic-down-network-node", null)]
    public async Task NodeOnThePath_ShutOff_DoesNotHideOrInventACause(string vm, string fault, string? cause)
    {
        LabFixture.SkipIfUnavailable();
        await lab.BreakAsync(fault, vm);
        try
        {
            await using var silence = await ShutOffAsync("net1");
            var run = await Diagnosed.OfAsync(lab, Port(vm));

            // What is on a node that answers is found all the same; what is on the silent one is nobody else's.
            Blames(run, cause is null ? [] : [cause]);
            run.Unreachable.ShouldBe(["net1"]);
        }
        finally
        {
            await lab.HealAsync();
        }
    }

    [Fact]
    public async Task NodeOnThePath_Hung_IsWaitedForNoLongerThanItMay()
    {
        LabFixture.SkipIfUnavailable();
        var agent = (await lab.ExecAsync("net1", "pidof", "steth-agent")).Trim();
        Diagnosed run;
        await lab.ExecAsync("net1", "kill", "-STOP", agent);
        try
        {
            run = await Diagnosed.OfAsync(lab, Port("vm1"), "--timeout", "5");
        }
        finally
        {
            await lab.ExecAsync("net1", "kill", "-CONT", agent);
        }
        Blames(run, []);
        run.Unreachable.ShouldBe(["net1"]);
        run.Took.ShouldBeLessThan(TimeSpan.FromSeconds(45));
    }

    [Theory]
    [InlineData("vm1", "comp2")]
    [InlineData("vm3", "comp1")]
    [InlineData("vm7", "ctl")]
    public async Task NodeOffThePath_ShutOff_ChangesNothingButThatItIsListed(string vm, string node)
    {
        LabFixture.SkipIfUnavailable();
        await using var silence = await ShutOffAsync(node);
        // Without the other end: with it, its node would be on the path.
        var run = await Diagnosed.RunAsync(lab, Port(vm).Id);

        run.ShouldBeHealthy();
        run.Unreachable.ShouldBe([node]);
    }

    [Fact]
    public async Task NodeOfThePort_Dead_IsSaidToBeSoAndNothingElse()
    {
        LabFixture.SkipIfUnavailable();
        await using var silence = await ShutOffAsync("comp1");
        var run = await Commands.Steth.RunAsync(lab, "diagnose", Port("vm1").Id, "-f", "json");

        // It was not found, and that is not for a wrong word: nobody can tell.
        run.ExitCode.ShouldBe(2, run.Errors);
        run.Output.ShouldBeEmpty();
        run.Errors.ShouldContain("it may be on comp1, which did not answer");
    }

    private static void Blames(Diagnosed run, string[] causes)
    {
        run.CauseIds.ShouldBe(causes, run.ToString());
        run.Status.ShouldBe(causes.Length > 0 ? "fault" : "inconclusive", run.Errors);
        run.ExitCode.ShouldBe(causes.Length > 0 ? 1 : 2, run.Errors);
    }

    private Plan.PortPlan Port(string vm) => lab.Plan.VmPorts.Single(port => port.Name == vm);

    private async Task<Opening> ShutOffAsync(string node)
    {
        string[] rule = ["INPUT", "-p", "tcp", "--dport", "9698", "-j", "REJECT", "--reject-with", "tcp-reset"];
        await lab.ExecAsync(node, ["iptables", "-w", "-I", .. rule]);
        return new Opening(() => lab.ExecAsync(node, ["iptables", "-w", "-D", .. rule]));
    }

    private sealed class Opening(Func<Task> open) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await open();
    }
}
