using Spectre.Console;
using Steth.Cli.Rendering;
using Steth.Cli.Tests.Commands;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Tests.Rendering;

public sealed class DiagnosisTextTests
{
    [Fact]
    public void Write_Fault_EndsWithTheVerdict() => Text(DiagnosisEngine.Diagnose(Evidences.NicDown()) with { RuledOut = [] }).ShouldBe("""
        Port 413e0c86-8181-45b9-bc98-9a4b06dd3060 web-1, fa:16:3e:41:3e:0c, 10.101.0.21, on comp1, vlan 101,
             ml2-ovs hybrid

        no-ip  FAULT  last seen: DHCPDISCOVER at comp1 qvo413e0c86-81

        #   Host   Device                           Outbound      Inbound  State    Note
        0   comp1  tap413e0c86-81                   DHCPDISCOVER  nothing  PASS
        1   comp1  qbr413e0c86-81                   DHCPDISCOVER  nothing  PASS
        2   comp1  qvb413e0c86-81                   DHCPDISCOVER  nothing  PASS
        3   comp1  qvo413e0c86-81                   DHCPDISCOVER  nothing  PASS
        4   comp1  br-int                           -             -        UNKNOWN
        5   comp1  br-ex                            -             -        UNKNOWN
        6   comp1  eth1                             nothing       nothing  FAIL     F4 nic-down
        7   net1   eth1                             nothing       nothing  UNKNOWN
        8   net1   br-ex                            -             -        UNKNOWN
        9   net1   br-int                           -             -        UNKNOWN
        10  net1   tapb1e9f22e-22 (qdhcp-4762b59f)  nothing       nothing  UNKNOWN
        (-: cannot be seen there)

        Notes        the OpenStack API was not asked

        FAULT F4 nic-down: A physical NIC of the path is down
          Where      comp1 eth1
          Evidence   comp1: eth1 is down
          To do      on comp1 run 'ip link set eth1 up'

        """);

    [Fact]
    public void Write_TwoCauses_NamesTheSecondInTheSameForm() =>
        Verdict(DiagnosisReports.Fault(DiagnosisReports.Vlan, DiagnosisReports.Patch)).ShouldBe("""
            Ruled out    nic-down, qbr-broken, filter-drop, port-not-wired, flows-gone, firewall-drop
            Unreachable  comp2: No agent listens on 192.0.2.2:9698.
            Notes        - the OpenStack API did not answer; the nodes' own records were used
                         - two nodes have the port

            FAULT F1 vlan-not-on-trunk: The physical network does not carry the VLAN between the hosts
              Where      comp1 eth1
              Evidence   - DHCPDISCOVER left comp1 eth1 tagged 101 and never reached net1 eth1
                         - of 3 untagged frames from comp1 eth1 to net1 eth1 3 arrived, of 3 tagged 101 none
              To do      see that the switch ports between comp1 and net1 allow VLAN 101
                         ('steth check-vlan-interface comp1 net1 eth1 101' tells more)
            ALSO U1 patch-broken: The patch between two bridges is broken
              Where      net1 int-br-ex
              Evidence   net1: int-br-ex has no peer phy-br-ex
              To do      on net1 restart neutron-openvswitch-agent

            """);

    [Fact]
    public void Write_Inconclusive_SaysWhatIsMissing() => Verdict(DiagnosisEngine.Diagnose(Evidences.Unexplained()) with
    {
        Verdict = new DiagnosisVerdict(
            DiagnosisStatus.Inconclusive, [], "the packet was lost between comp1 qvo413e0c86-81 and comp1 eth1, and nothing that was read there explains it"),
        RuledOut = ["F4 nic-down", "Q1 qbr-broken"],
    }).ShouldBe("""
        Ruled out    nic-down, qbr-broken
        Notes        the OpenStack API was not asked

        INCONCLUSIVE: the packet was lost between comp1 qvo413e0c86-81 and comp1 eth1, and nothing that
          was read there explains it

        """);

    [Fact]
    public void Write_SilentNode_IsNamedAndTheRestIsJudged()
    {
        var text = Text(DiagnosisEngine.Diagnose(Evidences.SilentServer()));

        text.ShouldContain("6  comp1  eth1            nothing       nothing  FAIL\n");
        text.ShouldContain("Unreachable  net1: No agent listens on 192.0.2.31:9698.\n");
    }

    [Fact]
    public void Write_Healthy_IsOneClearLine() =>
        LastOf(Verdict(DiagnosisEngine.Diagnose(Evidences.Healthy()))).ShouldBe("HEALTHY: every packet that was tried came through (no-ip; 2.1 s)\n");

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    public void Write_AnyWidth_HasNoLongerLine(int width)
    {
        var report = DiagnosisReports.Fault(DiagnosisReports.Vlan, DiagnosisReports.Patch) with { Notes = [new string('漢', 70), new string('x', 300)] };

        Text(report, width).Split('\n').ShouldAllBe(line => line.GetCellWidth() <= width);
    }

    [Fact]
    public void Write_HostileNames_MoveNoCursor()
    {
        var report = DiagnosisEngine.Diagnose(Evidences.NicDown("web\u001b[2J\u202e\n\u009bx"));

        Text(report).ShouldNotContain('\u001b');
        Text(report).ShouldContain("web\uFFFD[2J\uFFFD \uFFFDx");
    }

    [Fact]
    public void Write_InColour_ColoursTheWordsOfAStateOnly()
    {
        var plain = Text(DiagnosisEngine.Diagnose(Evidences.NicDown()));
        var coloured = Text(DiagnosisEngine.Diagnose(Evidences.NicDown()), 100, colour: true);

        coloured.ShouldContain("\n\u001b[31mFAULT\u001b[0m F4 nic-down: ");
        coloured.ShouldContain("  \u001b[31mFAIL\u001b[0m     F4 nic-down\n");
        System.Text.RegularExpressions.Regex.Matches(coloured, "\u001b\\[3.m([^\u001b]*)\u001b\\[0m").Select(m => m.Groups[1].Value).Distinct()
            .ShouldBe(["FAULT", "PASS", "UNKNOWN", "FAIL"]);
        System.Text.RegularExpressions.Regex.Replace(coloured, "\u001b\\[[0-9]*m", "").ShouldBe(plain);
    }

    [Fact]
    public void Write_UnsupportedArchitecture_SaysSo()
    {
        var report = DiagnosisEngine.Diagnose(Evidences.Healthy() with { Port = Evidences.Intent() with { VnicType = "direct" } });

        Text(report).ShouldContain(", vlan 101,\n     sr-iov\n");
        LastOf(Verdict(report)).ShouldStartWith("INCONCLUSIVE: the port's vnic_type is direct: its packets bypass Open vSwitch");
    }

    [Theory]
    [InlineData(DiagnosisStatus.Healthy, "healthy")]
    [InlineData(DiagnosisStatus.Fault, "FAULT")]
    [InlineData(DiagnosisStatus.Inconclusive, "unknown")]
    public void Word_Status_IsShort(DiagnosisStatus status, string word) => DiagnosisVerdictText.Word(status).ToShownText().ShouldBe(word);

    private static string LastOf(string text) => text.Split("\n\n")[^1];

    private static string Verdict(DiagnosisReport report) =>
        string.Join('\n', DiagnosisVerdictText.Lines(report, 100, new Painter(false))) + "\n";

    private static string Text(DiagnosisReport report, int width = 100, bool colour = false)
    {
        using var output = new StringWriter();
        DiagnosisText.Write(report, output, width, new Painter(colour));
        return output.ToString();
    }
}
