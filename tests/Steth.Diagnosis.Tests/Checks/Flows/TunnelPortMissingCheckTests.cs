using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Checks.Flows;

public sealed class TunnelPortMissingCheckTests
{
    private const string ToComp2 = "vxlan-0a580016";

    [Fact]
    public void Causes_NoTunnelPortToThePeer_NamesTheMissingAddress()
    {
        var evidence = PatchBrokenCheckTests.Changed("comp1-vm5", "comp2-vm6", LabCase.Qvo5, ToComp2, _ => null)
            .WithTrace("tunnel-flood-missing", "comp1", LabCase.Qvo5, "eth2");

        LabCase.Causes(evidence).ShouldBe(["T1 comp1 vxlan-0a580016"]);
        LabCase.Findings(evidence)[0].Evidence.ShouldBe(["br-tun on comp1 has no vxlan port with remote_ip 10.88.0.22, which is comp2"]);
    }

    [Fact]
    public void Findings_TunnelPortWithAnError_SaysWhy() =>
        LabCase.Findings(PatchBrokenCheckTests.Changed("comp1-vm5", "comp2-vm6", LabCase.Qvo5, ToComp2, i => i
            with
        { Error = "could not add" }))
            .Single().Evidence.ShouldBe([$"br-tun on comp1: tunnel port {ToComp2} to comp2 does not work: could not add"]);

    [Fact]
    public void Causes_TunnelPortElsewhereMissing_IsNotThis()
    {
        var evidence = PatchBrokenCheckTests.Changed("comp1-vm5", "comp2-vm6", LabCase.Qvo5, "vxlan-0a58001f", _ => null);

        LabCase.Findings(evidence).ShouldBeEmpty();
    }

    [Fact]
    public void Findings_AddressOfThePeerNotKnown_Unknown()
    {
        var evidence = LabCase.Lost("comp1-vm5", "comp2-vm6", "comp1", LabCase.Qvo5);
        evidence = evidence with { Hosts = [.. evidence.Hosts.Select(h => h.Name == "comp2" ? h with { Ovs = null } : h)] };

        LabCase.Findings(evidence).Select(f => (f.Cause.Id, f.State)).ShouldBe([("T1", CheckState.Unknown)]);
    }
}
