using Steth.Cli.Tests.Commands;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Tests.Rendering;

/// <summary>Reports as the engine makes them.</summary>
internal static class DiagnosisReports
{
    public static readonly CauseReport Vlan = new(
        "F1", "vlan-not-on-trunk", "The physical network does not carry the VLAN between the hosts", "comp1", "eth1",
        [
            "DHCPDISCOVER left comp1 eth1 tagged 101 and never reached net1 eth1",
            "of 3 untagged frames from comp1 eth1 to net1 eth1 3 arrived, of 3 tagged 101 none",
        ],
        "see that the switch ports between comp1 and net1 allow VLAN 101 ('steth check-vlan-interface comp1 net1 eth1 101' tells more)");

    public static readonly CauseReport Patch = new(
        "U1", "patch-broken", "The patch between two bridges is broken", "net1", "int-br-ex", ["net1: int-br-ex has no peer phy-br-ex"],
        "on net1 restart neutron-openvswitch-agent");

    /// <summary>The healthy path's report with another verdict.</summary>
    public static DiagnosisReport Fault(params CauseReport[] causes) => DiagnosisEngine.Diagnose(Evidences.Unexplained()) with
    {
        Symptoms =
        [
            new SymptomResult(Symptom.NoIp, DiagnosisStatus.Fault, "last seen: DHCPDISCOVER leaving comp1 eth1, tagged 101"),
            new SymptomResult(Symptom.NoGateway, DiagnosisStatus.Healthy, null),
            new SymptomResult(Symptom.NoMetadata, DiagnosisStatus.Inconclusive, "nothing could be tried"),
        ],
        Verdict = new DiagnosisVerdict(DiagnosisStatus.Fault, causes, null),
        RuledOut = ["F4 nic-down", "Q1 qbr-broken", "Q2 filter-drop", "I1 port-not-wired", "I2 flows-gone", "I3 firewall-drop"],
        Unreachable = [new UnreachableHost("comp2", "No agent listens on 192.0.2.2:9698.")],
        Notes = ["the OpenStack API did not answer; the nodes' own records were used", "two nodes have the port"],
    };
}
