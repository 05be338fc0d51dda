using Steth.Lab.Faults;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>Two faults at once: both are named, the one nearer to the guest first.</summary>
public class TwoFaultTests(LabFixture lab) : IClassFixture<LabFixture>
{
    [Theory]
    [InlineData("vm1", "F1", "D1-dnsmasq-dead")]
    [InlineData("vm5", "Q2-egress-drop", "R3-snat-missing")]
    [InlineData("vm1", "I1-dead-tag", "D2-host-file-lacks-mac")]
    [InlineData("vm3", "I3-egress-drop", "U2-external-missing")]
    [InlineData("vm5", "T1-tunnel-port-missing", "M2-agent-dead")]
    [InlineData("vm6", "V1-tap-down", "R1-router-missing")]
    [InlineData("vm8", "D4-dnsmasq-hung", "M1-haproxy-dead")]
    public async Task Diagnose_TwoFaults_NamesBothTheNearerFirst(string vm, string near, string far)
    {
        LabFixture.SkipIfUnavailable();
        var port = lab.Plan.VmPorts.Single(port => port.Name == vm);
        Diagnosed both, rest;
        try
        {
            await lab.BreakAsync(near, vm);
            await lab.BreakAsync(far, vm);
            both = await Diagnosed.OfAsync(lab, port);
            (await lab.RunAsync("heal", near)).MustWork();
            rest = await Diagnosed.OfAsync(lab, port);
        }
        finally
        {
            await lab.HealAsync();
        }
        both.ExitCode.ShouldBe(1, both.Errors);
        both.CauseIds.Distinct().ShouldBe([FaultCatalogue.Find(near).Cause, FaultCatalogue.Find(far).Cause], both.ToString());
        // What was nearer is put right: the other is all that is left.
        rest.CauseIds.ShouldBe([FaultCatalogue.Find(far).Cause], rest.ToString());
    }
}
