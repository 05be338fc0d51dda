using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;

namespace Steth.Diagnosis.Tests.Cases;

/// <summary>The faults the checks are proven with, each in the lab's healthy case.</summary>
public static class Faults
{
    private const string Qvo = "qvo75e9329b-9c";
    private const string Qvb = "qvb75e9329b-9c";
    private const string Qbr = "qbr75e9329b-9c";
    private const string Tap = "tap75e9329b-9c";
    private const string DhcpTap = "tap0f265733-84";
    private const string Qr = "qr-5cb04847-d0";
    private const string Qg = "qg-2ddac085-23";
    private static readonly Loss _atTap = c => c.LoseRequest(ProbeKind.Dhcp, Tap);
    private static readonly Loss _onFabric = c => c.LoseRequest(ProbeKind.Dhcp, "eth1", "comp1");
    private static readonly Loss _gatewayAtTap = c => c.LoseRequest(ProbeKind.ArpGateway, Tap);

    private delegate LabCase Loss(LabCase situation);

    public static IReadOnlyDictionary<string, Fault> All { get; } = new Dictionary<string, Fault>
    {
        ["P1 binding failed"] = new(c => c.Port(p => p with { VifType = "binding_failed" }), _atTap.Invoke, "P1", "comp1", null),
        ["P1 no host"] = new(c => c.Port(p => p with { BindingHost = "" }), _atTap.Invoke, "P1", null, null),
        ["P2 OVS agent dead behind a dead VLAN"] = new(
            c => c.Device("comp1", Qvo, WiringProblem.DeadVlan).Port(p => Dead(p, "comp1", "neutron-openvswitch-agent")),
            c => c.LoseRequest(ProbeKind.Dhcp, Qvo), "P2", "comp1", "neutron-openvswitch-agent", _atTap.Invoke),
        ["P2 DHCP agent dead behind a missing server"] = new(
            c => c.Dhcp(d => d with { Process = null }).Port(p => Dead(p, "net1", "neutron-dhcp-agent")),
            c => c.NoAnswer(ProbeKind.Dhcp), "P2", "net1", "neutron-dhcp-agent", _atTap.Invoke),
        ["P3 DHCP off"] = new(
            c => c.Port(p => p with { Subnets = [.. p.Subnets.Select(s => s with { DhcpEnabled = false })] }),
            c => c.NoAnswer(ProbeKind.Dhcp), "P3", null, null, _atTap.Invoke),
        ["P3 no agent"] = new(
            c => c.Port(p => p with { DhcpAgentHosts = [], DhcpPorts = [] }).Dhcp(_ => null),
            c => c.LoseRequest(ProbeKind.Dhcp, Qvo), "P3", null, null, _atTap.Invoke),
        ["P4 port down"] = new(
            c => c.Port(p => p with { AdminUp = false }).Device("comp1", Qvo, WiringProblem.DeadVlan),
            c => c.LoseRequest(ProbeKind.Dhcp, Qvo), "P4", "comp1", Qvo, _atTap.Invoke),
        ["P5 router down"] = new(
            c => c.Port(p => p with { Router = p.Router! with { AdminUp = false } }).WithoutNamespace(LabCase.RouterSpace),
            c => c.LoseRequest(ProbeKind.ArpGateway, "eth1", "net1"), "P5", null, null, _gatewayAtTap.Invoke),
        ["V1 tap down"] = new(
            c => c.Device("comp1", Tap, WiringProblem.Down), c => c.LoseAnswer(ProbeKind.Dhcp, Qbr), "V1", "comp1", Tap, _onFabric.Invoke),
        ["V1 tap down, the answer not seen on the qbr"] = new(
            c => c.Device("comp1", Tap, WiringProblem.Down), c => c.LoseAnswer(ProbeKind.Dhcp, Qvb), "V1", "comp1", Tap),
        ["V1 native tap without a guest"] = new(
            c => c.Device("comp2", Tap, WiringProblem.NoCarrier), c => c.LoseRequest(ProbeKind.Dhcp, null), "V1", "comp2", Tap,
            c => c.LoseRequest(ProbeKind.Dhcp, "eth1", "comp2"))
        { Make = () => new LabCase(PortPlug.Native) },
        ["V1 native tap gone"] = new(
            c => c.Device("comp2", Tap, WiringProblem.Missing, WiringProblem.OvsError), c => c.LoseRequest(ProbeKind.Dhcp, null), "V1",
            "comp2", Tap)
        { Make = () => new LabCase(PortPlug.Native) },
        ["Q1 tap off its bridge"] = new(
            c => c.Device("comp1", Tap, WiringProblem.OffBridge), _atTap.Invoke, "Q1", "comp1", Tap, _onFabric.Invoke),
        ["Q1 qbr down"] = new(c => c.Device("comp1", Qbr, WiringProblem.Down), _atTap.Invoke, "Q1", "comp1", Qbr, _onFabric.Invoke),
        ["Q1 qvb off its bridge"] = new(
            c => c.Device("comp1", Qvb, WiringProblem.OffBridge), _atTap.Invoke, "Q1", "comp1", Qvb, _onFabric.Invoke),
        ["Q1 veth pair gone"] = new(
            c => c.Device("comp1", Qvb, WiringProblem.Missing).Device("comp1", Qvo, WiringProblem.Missing, WiringProblem.OvsError),
            _atTap.Invoke, "Q1", "comp1", Qvb, _onFabric.Invoke),
        ["Q2 spoofing"] = new(c => Counted(c, "s", 3), _atTap.Invoke, "Q2", "comp1", Tap, _onFabric.Invoke),
        ["Q2 egress"] = new(c => Counted(c, "o", 1), _atTap.Invoke, "Q2", "comp1", Tap, _onFabric.Invoke),
        ["Q2 ingress"] = new(c => Counted(c, "i", 3), c => c.LoseAnswer(ProbeKind.Dhcp, Qvb), "Q2", "comp1", Tap, _onFabric.Invoke),
        ["I1 qvo off br-int"] = new(
            c => c.Device("comp1", Qvo, WiringProblem.OffBridge), c => c.LoseRequest(ProbeKind.Dhcp, Qvo), "I1", "comp1", Qvo,
            _atTap.Invoke),
        ["I1 qvo down"] = new(
            c => c.Device("comp1", Qvo, WiringProblem.Down).Device("comp1", Qvb, WiringProblem.NoCarrier),
            c => c.LoseRequest(ProbeKind.Dhcp, Qvb), "I1", "comp1", Qvo, _onFabric.Invoke),
        ["I1 native tap, wrong tag"] = new(
            c => c.Device("comp2", Tap, WiringProblem.WrongTag), c => c.LoseRequest(ProbeKind.Dhcp, Tap), "I1", "comp2", Tap,
            c => c.LoseRequest(ProbeKind.Dhcp, "eth1", "comp2"))
        { Make = () => new LabCase(PortPlug.Native, "vlan") },
        ["I1 DHCP tap on the dead VLAN"] = new(
            c => c.Device("net1", DhcpTap, WiringProblem.DeadVlan), c => c.LoseRequest(ProbeKind.Dhcp, "eth1", "net1"), "I1", "net1",
            DhcpTap, _onFabric.Invoke),
        ["I1 qr on the dead VLAN"] = new(
            c => c.Device("net1", Qr, WiringProblem.DeadVlan), c => c.LoseRequest(ProbeKind.ArpGateway, "eth1", "net1"), "I1", "net1", Qr,
            _gatewayAtTap.Invoke),
        ["I1 qg off br-int"] = new(
            c => c.Device("net1", Qg, WiringProblem.OffBridge), c => c.LoseRequest(ProbeKind.EchoInternet, Qg), "I1", "net1", Qg,
            c => c.LoseRequest(ProbeKind.EchoInternet, Tap)),
        ["D1 no dnsmasq"] = new(
            c => c.Dhcp(d => d with { Process = null }), c => c.NoAnswer(ProbeKind.Dhcp), "D1", "net1", DhcpTap, _onFabric.Invoke),
        ["D1 no namespace"] = new(
            c => c.WithoutNamespace(LabCase.DhcpSpace).Dhcp(d => d with { NamespaceExists = false, Process = null })
                .Device("net1", DhcpTap, WiringProblem.Missing, WiringProblem.OvsError),
            c => c.LoseRequest(ProbeKind.Dhcp, "eth1", "net1"), "D1", "net1", LabCase.DhcpSpace, _onFabric.Invoke),
        ["D2 no line"] = new(
            c => c.Dhcp(d => d with { Hosts = [d.Hosts![0]] }), c => c.NoAnswer(ProbeKind.Dhcp), "D2", "net1",
            DhcpTap, _onFabric.Invoke),
        ["D2 another address"] = new(
            c => c.Dhcp(d => d with { Hosts = [new DhcpHostEntry(LabCase.GuestMac, "x", IPAddress.Parse("10.10.0.99"))] }),
            c => c.NoAnswer(ProbeKind.Dhcp), "D2", "net1", DhcpTap, _onFabric.Invoke),
        ["D2 ignored"] = new(
            c => c.Dhcp(d => d with { Hosts = [new DhcpHostEntry(LabCase.GuestMac, "", null)] }),
            c => c.NoAnswer(ProbeKind.Dhcp), "D2", "net1", DhcpTap, _onFabric.Invoke),
        ["D3 rogue"] = new(Rogue, c => c, "D3", "comp1", "eth1"),
        ["D4 hung"] = new(c => c, c => c.NoAnswer(ProbeKind.Dhcp), "D4", "net1", DhcpTap),
        ["D4 stopped"] = new(
            c => c.Dhcp(d => d with { Process = d.Process! with { State = "T" } }), c => c.NoAnswer(ProbeKind.Dhcp), "D4", "net1",
            DhcpTap, _onFabric.Invoke),
        ["D5 down"] = new(
            c => c.Device("net1", DhcpTap, WiringProblem.Down), c => c.LoseRequest(ProbeKind.Dhcp, "eth1", "net1"), "D5", "net1", DhcpTap,
            _onFabric.Invoke),
        ["D5 gone"] = new(
            c => c.Device("net1", DhcpTap, WiringProblem.Missing, WiringProblem.OvsError),
            c => c.LoseRequest(ProbeKind.Dhcp, "eth1", "net1"), "D5", "net1", DhcpTap, _onFabric.Invoke),
    };

    private static PortIntent Dead(PortIntent port, string host, string binary) => port with
    {
        Agents = [.. port.Agents!.Select(a => a.Host == host && a.Binary == binary ? a with { Alive = false } : a)],
    };

    private static LabCase Counted(LabCase situation, string chain, long moved) => situation.Host("comp1", h => h with
    {
        OwnAfter = h.Own! with
        {
            Rules =
            [
                .. h.Own!.Rules!.Select(r => r.Chain.StartsWith($"neutron-openvswi-{chain}", StringComparison.Ordinal)
                    && (r.Text.EndsWith("sg-fallback", StringComparison.Ordinal) || r.Text == "-j DROP")
                        ? r with { Packets = r.Packets + moved } : r),
            ],
        },
    });

    private static LabCase Rogue(LabCase situation) => situation.Change(ProbeKind.Dhcp, p => p with
    {
        Sightings =
        [
            .. p.Sightings,
            .. p.Sightings.Where(s => !s.IsRequest && s.Host == "comp1")
                .Select(s => s with { SourceMac = Packets.Addresses.MacAddress.Parse("52:54:00:12:34:56"), Sender = "192.168.1.1" }),
        ],
    });
}
