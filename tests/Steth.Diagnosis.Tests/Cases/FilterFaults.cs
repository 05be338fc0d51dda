using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;

namespace Steth.Diagnosis.Tests.Cases;

/// <summary>Packet filters that are not the port's own, and full tables of tracked connections.</summary>
public static class FilterFaults
{
    private const string Tap = "tap75e9329b-9c";
    private const string Qbr = "qbr75e9329b-9c";
    private const string Qvb = "qvb75e9329b-9c";
    private const string DhcpTap = "tap0f265733-84";
    private const string Qr = "qr-5cb04847-d0";
    private static readonly Func<LabCase, LabCase> _atTap = c => c.LoseRequest(ProbeKind.Dhcp, Tap);
    private static readonly Func<LabCase, LabCase> _answerAtQvb = c => c.LoseAnswer(ProbeKind.Dhcp, Qvb);
    private static readonly Func<LabCase, LabCase> _onFabric = c => c.LoseRequest(ProbeKind.Dhcp, "eth1", "comp1");
    private static readonly Func<LabCase, LabCase> _noOffer = c => c.NoAnswer(ProbeKind.Dhcp);
    private static readonly Func<LabCase, LabCase> _inRouter = c => c.LoseRequest(ProbeKind.EchoInternet, Qr);
    private static readonly Func<LabCase, LabCase> _internetAtTap = c => c.LoseRequest(ProbeKind.EchoInternet, Tap);

    public static IReadOnlyDictionary<string, Fault> All { get; } = new Dictionary<string, Fault>
    {
        ["Q4 rule"] = Host(c => c.Rule(null, "FORWARD", "-j DROP", 3), _atTap),
        ["Q4 rule, the answer"] = Host(c => c.Rule(null, "FORWARD", "-i qbr+ -j REJECT", 3), _answerAtQvb),
        ["Q4 rule behind a jump"] = Host(
            c => c.Rule(null, "DOCKER-USER", "-j DROP", 4).Rule(null, "FORWARD", "-j DOCKER-USER", 9), _atTap),
        ["Q4 rule that INPUT leads to as well"] = Host(
            c => c.Rule(null, "LOGDROP", "-j DROP", 4).Rule(null, "INPUT", "-j LOGDROP", 9).Rule(null, "FORWARD", "-j LOGDROP", 9), _atTap),
        ["Q4 rule in another table"] = Host(c => c.Rule(null, "PREROUTING", "-p udp -m udp --dport 67 -j DROP", 3, "raw"), _atTap),
        ["Q4 policy"] = Host(c => c.Policy(null, "FORWARD", 3), _atTap),
        ["Q4 nftables"] = Host(c => c.Nft(null, "inet", "forward", "iifname \"qbr75e9329b-9c\" counter drop", 3), _atTap),
        ["Q4 nftables of bridges"] = Host(c => c.Nft(null, "bridge", "forward", "ether type ip counter drop", 3), _atTap),
        ["Q4 nftables of bridges, ARP"] = new(
            c => c.Nft(null, "bridge", "prerouting", "arp operation request counter drop", 3),
            c => c.LoseRequest(ProbeKind.ArpGateway, Tap), "Q4", "comp1", Qbr),
        ["Q4 nftables of a device"] = Host(c => c.Nft(null, "netdev", "egress", "counter drop", 3, Qvb, "eth0"), _atTap),
        ["Q5 full"] = new(c => c.Conntrack(null, 65536, 65536, 3), _atTap, "Q5", "comp1", Qbr, _onFabric),
        ["Q5 full, not counted"] = new(c => c.Conntrack(null, 65540, 65536, null), _answerAtQvb, "Q5", "comp1", Qbr, _onFabric),
        ["D6 rule"] = Dhcp(c => c.Rule(LabCase.DhcpSpace, "INPUT", "-p udp -m udp --dport 67 -j DROP", 3)),
        ["D6 rule, the answer"] = Dhcp(c => c.Rule(LabCase.DhcpSpace, "OUTPUT", $"-o {DhcpTap} -j DROP", 3)),
        ["D6 policy"] = Dhcp(c => c.Policy(LabCase.DhcpSpace, "INPUT", 3)),
        ["D6 nftables"] = Dhcp(c => c.Nft(LabCase.DhcpSpace, "inet", "input", "udp dport 67 counter drop", 3)),
        ["D6 nftables of a device"] = Dhcp(c => c.Nft(LabCase.DhcpSpace, "netdev", "ingress", "counter drop", 3, DhcpTap)),
        ["D6 isolated, metadata"] = new(
            c => c.Rule(LabCase.DhcpSpace, "INPUT", "-p tcp -m tcp --dport 80 -j DROP", 3), c => c.NoAnswer(ProbeKind.SynMetadata), "D6",
            "net1", LabCase.DhcpSpace)
        { Make = () => new LabCase(PortPlug.Native, "vlan", routed: false) },
        ["R6 nftables"] = Router(c => c.Nft(LabCase.RouterSpace, "inet", "forward", "ip saddr 10.10.0.35 counter drop", 3)),
        ["R6 policy"] = Router(c => c.Policy(LabCase.RouterSpace, "FORWARD", 3)),
        ["R6 nftables, ARP"] = new(
            c => c.Nft(LabCase.RouterSpace, "arp", "input", "arp operation request counter drop", 3), c => c.NoAnswer(ProbeKind.ArpGateway),
            "R6", "net1", LabCase.RouterSpace, c => c.LoseRequest(ProbeKind.ArpGateway, Tap)),
        ["R6 nftables, the gateway itself"] = new(
            c => c.Nft(LabCase.RouterSpace, "ip", "input", "icmp type echo-request counter drop", 3),
            c => c.NoAnswer(ProbeKind.EchoGateway), "R6", "net1", LabCase.RouterSpace, c => c.LoseRequest(ProbeKind.EchoGateway, Tap)),
        ["R7 full"] = new(
            c => c.Conntrack(LabCase.RouterSpace, 262144, 262144, 3), _inRouter, "R7", "net1", LabCase.RouterSpace, _internetAtTap),
    };

    private static Fault Host(Func<LabCase, LabCase> make, Func<LabCase, LabCase> lose) => new(make, lose, "Q4", "comp1", Qbr, _onFabric);

    private static Fault Dhcp(Func<LabCase, LabCase> make) => new(make, _noOffer, "D6", "net1", LabCase.DhcpSpace, _onFabric);

    private static Fault Router(Func<LabCase, LabCase> make) => new(make, _inRouter, "R6", "net1", LabCase.RouterSpace, _internetAtTap);
}
