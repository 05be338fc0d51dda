using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Tests.Cases;

namespace Steth.Diagnosis.Tests.Checks;

/// <summary>Which packets a port's security groups allow, and what is said of it.</summary>
public sealed class SecurityGroupsTests
{
    private const ProbeKind Echo = ProbeKind.EchoGateway;
    private const ProbeKind Syn = ProbeKind.SynMetadata;

    public static TheoryData<string, SecurityRuleIntent[]?, ProbeKind, bool?> Rules => new()
    {
        { "not told", null, Echo, null },
        { "none at all", [], Echo, false },
        { "not theirs to say", [], ProbeKind.Dhcp, null },
        { "any protocol", [Rule(null)], Syn, true },
        { "the other direction", [Rule(null) with { Ingress = true }], Echo, false },
        { "IPv6", [Rule(null) with { EtherType = "IPv6" }], Echo, false },
        { "icmp", [Rule("icmp")], Echo, true },
        { "icmp by number", [Rule("1")], Echo, true },
        { "another ICMP type", [Rule("icmp", 3, 0)], Echo, false },
        { "the echo request's ICMP type", [Rule("icmp", 8, 0)], Echo, true },
        { "another protocol", [Rule("udp"), Rule("icmp")], Syn, false },
        { "another port", [Rule("tcp", 443, 443)], Syn, false },
        { "a range of ports", [Rule("tcp", 1, 1024)], Syn, true },
        { "everybody by prefix", [Rule("icmp") with { Remote = "0.0.0.0/0" }], Echo, true },
        { "some remote", [Rule("icmp") with { Remote = "10.0.0.0/8" }], Echo, null },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Allow_Egress_IsWhatTheRulesSay(string what, SecurityRuleIntent[]? rules, ProbeKind probe, bool? allowed)
    {
        var port = new LabCase().Evidence.Port with { SecurityRules = rules };
        SecurityGroups.Allow(port, ingress: false, probe).ShouldBe(allowed, what);
    }

    [Fact]
    public void Say_NotAllowed_NamesTheGroups_NotTheAgent()
    {
        var port = new LabCase().Evidence.Port with { SecurityRules = [Rule("tcp")] };
        var (evidence, remedy) = SecurityGroups.Say(port, "comp1", ingress: false, [Echo, Syn]).ShouldNotBeNull();
        evidence.ShouldContain("no egress rule for ICMP: comp1 does as they say");
        remedy.ShouldContain("openstack security group rule create --egress --protocol icmp GROUP");
        remedy.ShouldNotContain("restart");
    }

    [Fact]
    public void Say_Allowed_NamesTheAgent()
    {
        var port = new LabCase().Evidence.Port with { SecurityRules = [Rule(null) with { Ingress = true }] };
        var (evidence, remedy) = SecurityGroups.Say(port, "comp1", ingress: true, [ProbeKind.EchoFloating]).ShouldNotBeNull();
        evidence.ShouldContain("allow it (ingress ICMP)");
        remedy.ShouldBe("on comp1 restart neutron-openvswitch-agent, which writes the port's rules anew");
    }

    private static SecurityRuleIntent Rule(string? protocol, int? first = null, int? last = null) =>
        new(false, "IPv4", protocol, null, first, last);
}
