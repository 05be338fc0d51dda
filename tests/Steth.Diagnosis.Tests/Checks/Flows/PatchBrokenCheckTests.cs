using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;

namespace Steth.Diagnosis.Tests.Checks.Flows;

public sealed class PatchBrokenCheckTests
{
    [Theory]
    [InlineData("int-br-ex", "nonexistent-peer", "U1 comp1 int-br-ex")]
    [InlineData("phy-br-ex", "int-br-other", "U1 comp1 phy-br-ex")]
    public void Causes_PeerOfAPatchIsAnother_NamesThatPatch(string patch, string peer, string expected) =>
        LabCase.Causes(Changed("comp1-vm1", "comp2-vm3", LabCase.Qvo1, patch, i => i with
        {
            Options = new Dictionary<string, string> { ["peer"] = peer },
        })).ShouldBe([expected]);

    [Theory]
    [InlineData("int-br-ex")]
    [InlineData("phy-br-ex")]
    public void Causes_PatchIsGone_NamesIt(string patch) =>
        LabCase.Findings(Changed("comp1-vm1", "comp2-vm3", LabCase.Qvo1, patch, _ => null))
            .Select(f => $"{f.Cause.Id} {f.Host}").ShouldBe(["U1 comp1"]);

    [Fact]
    public void Causes_PatchToTheTunnelBridgeLeadsNowhere_NamesIt() =>
        LabCase.Causes(Changed("comp1-vm5", "comp2-vm6", LabCase.Qvo5, "patch-tun", i => i with
        {
            Options = new Dictionary<string, string> { ["peer"] = "nonexistent-peer" },
        })).ShouldBe(["U1 comp1 patch-tun"]);

    [Fact]
    public void Findings_OpenVSwitchCannotUseThePatch_SaysWhy() =>
        LabCase.Findings(Changed("comp1-vm1", "comp2-vm3", LabCase.Qvo1, "int-br-ex", i => i with { Error = "No usable peer" }))
            .Single().Evidence.ShouldBe(["comp1: int-br-ex: No usable peer"]);

    [Fact]
    public void Causes_PatchBrokenAndItsNicUnknown_IsFoundByItsName()
    {
        // Behind a broken patch the node's agent finds no NIC.
        var evidence = Changed("comp1-vm1", "comp2-vm3", LabCase.Qvo1, "int-br-ex", i => i with
        {
            Options = new Dictionary<string, string> { ["peer"] = "nonexistent-peer" },
        });
        evidence.Hosts[0].Wirings =
        [
            .. evidence.Hosts[0].Wirings.Select(w => w with { Devices = [.. w.Devices.Where(d => d.Kind != PortDeviceKind.Nic)] }),
        ];

        LabCase.Causes(evidence).ShouldBe(["U1 comp1 int-br-ex"]);
    }

    [Fact]
    public void Findings_WholePatches_Nothing()
    {
        LabCase.Findings(LabCase.Lost("comp1-vm1", "comp2-vm3", "comp1", LabCase.Qvo1)).ShouldBeEmpty();
        LabCase.Findings(LabCase.Lost("comp1-vm5", "comp2-vm6", "comp1", LabCase.Qvo5)).ShouldBeEmpty();
    }

    internal static DiagnosisEvidence Changed(
        string from, string to, string lastSeen, string port, Func<OvsInterface, OvsInterface?> change)
    {
        var evidence = LabCase.Lost(from, to, "comp1", lastSeen);
        var ovs = evidence.Hosts[0].Ovs!;
        return evidence with
        {
            Hosts = [evidence.Hosts[0]
                with { Ovs = ovs with { Bridges = [.. ovs.Bridges.Select(b => b with { Ports = [.. Ports(b)] })] } },
                    .. evidence.Hosts.Skip(1)],
        };

        IEnumerable<OvsPort> Ports(OvsBridge bridge)
        {
            foreach (var known in bridge.Ports)
            {
                if (known.Name != port)
                    yield return known;
                else if (change(known.Interfaces[0]) is { } changed)
                    yield return known with { Interfaces = [changed] };
            }
        }
    }
}
