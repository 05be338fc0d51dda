using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Tests.Cases;

namespace Steth.Diagnosis.Tests.Checks;

/// <summary>A port that Neutron has on a host without an agent, while its devices are on another.</summary>
public sealed class BindingFailedElsewhereTests
{
    private const string Qvo = "qvo75e9329b-9c";

    [Fact]
    public void Diagnose_DeadVlanOfTheRealHost_IsAConsequence()
    {
        var verdict = new LabCase().Port(p => p with { VifType = "binding_failed", BindingHost = "nosuchhost" })
            .Device("comp1", Qvo, WiringProblem.DeadVlan).LoseRequest(ProbeKind.Dhcp, Qvo).Diagnose().Verdict;
        var cause = verdict.Causes[0];
        verdict.Causes.ShouldNotContain(c => c.Id == "I1");
        (cause.Id, cause.Host).ShouldBe(("P1", "nosuchhost"));
        cause.Evidence.ShouldContain("the port's devices are on comp1");
        cause.Remedy.ShouldNotBeNull().ShouldContain($"openstack port set --host comp1 {LabCase.Guest}");
    }
}
