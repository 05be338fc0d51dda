using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Tests.Cases;

/// <summary>What the lab's nodes tell, in the words of real agents.</summary>
public static class LabHosts
{
    private const string Id = "75e9329b-9";
    private const string Tap = "tap75e9329b-9c";
    private const string Qg = "qg-2ddac085-23";

    public static IReadOnlyDictionary<string, IPAddress> TunnelAddresses { get; } = new Dictionary<string, IPAddress>
    {
        ["comp1"] = IPAddress.Parse("10.77.0.11"),
        ["comp2"] = IPAddress.Parse("10.77.0.12"),
        ["net1"] = IPAddress.Parse("10.77.0.21"),
    };

    public static HostEvidence Compute(string name, PortPlug plug, string type, string guestHost)
    {
        var has = name == guestHost;
        var own = has ? Own(plug) : null;
        return new HostEvidence
        {
            Name = name,
            Hostname = name,
            Ovs = Ovs(name, type, has ? [(plug == PortPlug.Hybrid ? "qvo75e9329b-9c" : Tap, LabCase.Guest)] : []),
            Wirings = has ? [Wiring(LabCase.Guest, plug, type, [.. Plug(plug), Nic("eth1", type == "vlan" ? "br-phy" : null)])] : [],
            NamespaceNames = [],
            Own = own,
            OwnAfter = own,
        };
    }

    public static HostEvidence Net(string type, bool routed)
    {
        NamespaceInspectResult[] spaces = routed ? [DhcpNamespace(true), RouterNamespace()] : [DhcpNamespace(false)];
        var nic = Nic("eth1", type == "vlan" ? "br-phy" : null);
        List<PortWiringResult> wirings =
            [Wiring(LabCase.DhcpPort, PortPlug.Internal, type, [Service("tap0f265733-84", PortDeviceKind.Tap, LabCase.DhcpSpace), nic])];
        if (routed)
        {
            wirings.Add(Wiring(
                LabCase.Inside, PortPlug.Internal, type, [Service("qr-5cb04847-d0", PortDeviceKind.Router, LabCase.RouterSpace), nic]));
            wirings.Add(Wiring(
                LabCase.Outside, PortPlug.Internal, "flat",
                [Service(Qg, PortDeviceKind.Router, LabCase.RouterSpace), Nic("eth2", "br-ex")]));
        }
        return new HostEvidence
        {
            Name = "net1",
            Hostname = "net1",
            Ovs = Ovs("net1", type, [("tap0f265733-84", LabCase.DhcpPort), ("qr-5cb04847-d0", LabCase.Inside), (Qg, LabCase.Outside)]),
            Wirings = wirings,
            NamespaceNames = [.. spaces.Select(s => s.Namespace!)],
            Namespaces = spaces,
            NamespacesAfter = spaces,
            Dhcp = new DhcpServerResult
            {
                NamespaceExists = true,
                FilesExist = true,
                Process = new ProcessFacts { Name = "dnsmasq", State = "S", Arguments = ["dnsmasq"] },
                Hosts =
                [
                    new DhcpHostEntry(LabIntent.InsideMac, "host-10-10-0-1", LabCase.Gateway),
                    new DhcpHostEntry(LabCase.GuestMac, "host-10-10-0-35", LabCase.Address),
                ],
                Options =
                [
                    new DhcpOptionEntry(
                        "subnet-f505c258-fb88-4477-8ef5-daa4f8aed157", "classless-static-route",
                        $"169.254.169.254/32,{(routed ? LabCase.Gateway : LabCase.DhcpAddress)},0.0.0.0/0,10.10.0.1"),
                ],
                Device = "tap0f265733-84",
            },
            Metadata = new MetadataProbeResult { Socket = "/var/lib/neutron/metadata_proxy", Status = 200, TookMs = 12 },
        };
    }

    public static string? Words(IReadOnlyList<WiringProblem> problems) => problems.Count == 0 ? null
        : string.Join("; ", problems.Select(p => p switch
        {
            WiringProblem.Missing => "missing",
            WiringProblem.Down => "down",
            WiringProblem.NoCarrier => "no carrier",
            WiringProblem.OffBridge => "not on its bridge",
            WiringProblem.DeadVlan => "tag 4095 (dead VLAN)",
            WiringProblem.WrongTag => "tag 9 instead of 2",
            _ => "Open vSwitch cannot use it: could not open network device (No such device)",
        }));

    public static FilterRule Rule(string table, string chain, string text, long packets = 0) => new(table, chain, text, packets);

    private static PortDevice[] Plug(PortPlug plug) => plug == PortPlug.Hybrid
        ?
        [
            new() { Device = Tap, Kind = PortDeviceKind.Tap, Bridge = "qbr75e9329b-9c" },
            new() { Device = "qbr75e9329b-9c", Kind = PortDeviceKind.Qbr },
            new() { Device = "qvb75e9329b-9c", Kind = PortDeviceKind.Qvb, Bridge = "qbr75e9329b-9c" },
            new() { Device = "qvo75e9329b-9c", Kind = PortDeviceKind.Qvo, Bridge = "br-int" },
        ]
        : [new() { Device = Tap, Kind = PortDeviceKind.Tap, Bridge = "br-int" }];

    private static PortDevice Nic(string name, string? bridge) => new() { Device = name, Kind = PortDeviceKind.Nic, Bridge = bridge };

    private static PortDevice Service(string name, PortDeviceKind kind, string space) =>
        new() { Device = name, Kind = kind, Namespace = space, Bridge = "br-int" };

    private static PortWiringResult Wiring(Guid port, PortPlug plug, string type, PortDevice[] devices) => new()
    {
        PortId = port,
        Plug = plug,
        NetworkId = LabCase.Network,
        NetworkType = type,
        SegmentationId = 101,
        LocalVlan = 2,
        Devices = devices,
    };

    private static OvsShowResult Ovs(string host, string type, (string Name, Guid Port)[] ports)
    {
        OvsPort Port(string name, string kind, Guid? id, params (string Key, string Value)[] options) => new()
        {
            Name = name,
            Tag = id is null ? null : 2,
            Trunks = [],
            OtherConfig = new Dictionary<string, string>(),
            Interfaces =
            [
                new OvsInterface
                {
                    Name = name,
                    Type = kind,
                    ExternalIds = id is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["iface-id"] = $"{id}" },
                    Options = options.ToDictionary(o => o.Key, o => o.Value),
                    Statistics = new Dictionary<string, long>(),
                },
            ],
        };
        IEnumerable<OvsPort> Tunnels() => TunnelAddresses.Where(t => t.Key != host).Select(t => Port(
            $"vxlan-{Convert.ToHexStringLower(t.Value.GetAddressBytes())}", "vxlan", null,
            ("local_ip", $"{TunnelAddresses[host]}"), ("remote_ip", $"{t.Value}")));
        OvsBridge Bridge(string name, OvsPort[] inside) => new() { Name = name, DatapathType = "system", Ports = inside };
        return new OvsShowResult
        {
            Running = true,
            ExternalIds = new Dictionary<string, string>(),
            Bridges =
            [
                Bridge(
                    "br-int",
                    [
                        .. ports.Select(p => Port(p.Name, "", p.Port)), Port("int-br-ex", "patch", null, ("peer", "phy-br-ex")),
                        Port("int-br-phy", "patch", null, ("peer", "phy-br-phy")), Port("patch-tun", "patch", null, ("peer", "patch-int")),
                    ]),
                Bridge("br-ex", [Port("eth2", "", null), Port("phy-br-ex", "patch", null, ("peer", "int-br-ex"))]),
                type == "vlan"
                    ? Bridge("br-phy", [Port("eth1", "", null), Port("phy-br-phy", "patch", null, ("peer", "int-br-phy"))])
                    : Bridge("br-tun", [Port("patch-int", "patch", null, ("peer", "patch-tun")), .. Tunnels()]),
            ],
        };
    }

    private static NamespaceInspectResult Own(PortPlug plug) => new()
    {
        Problems = [],
        BridgeNfCallIptables = plug == PortPlug.Hybrid ? true : null,
        Rules = plug != PortPlug.Hybrid ? [] :
        [
            Rule("filter", $"neutron-openvswi-i{Id}", "-m state --state RELATED,ESTABLISHED -j RETURN"),
            Rule("filter", $"neutron-openvswi-i{Id}", "-p icmp -j RETURN", 4),
            Rule("filter", $"neutron-openvswi-i{Id}", "-m comment --comment \"Send unmatched traffic to the fallback chain.\" "
                + "-j neutron-openvswi-sg-fallback", 7),
            Rule("filter", $"neutron-openvswi-o{Id}", "-s 0.0.0.0/32 -d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67 -j RETURN"),
            Rule("filter", $"neutron-openvswi-o{Id}", $"-j neutron-openvswi-s{Id}"),
            Rule("filter", $"neutron-openvswi-o{Id}", "-p udp -m udp --sport 67 --dport 68 -j DROP"),
            Rule("filter", $"neutron-openvswi-o{Id}", "-j neutron-openvswi-sg-fallback"),
            Rule("filter", $"neutron-openvswi-s{Id}", "-s 10.10.0.35/32 -m mac --mac-source fa:16:3e:8d:3c:2b -j RETURN"),
            Rule("filter", $"neutron-openvswi-s{Id}", "-j DROP", 3),
        ],
    };

    private static NamespaceInspectResult DhcpNamespace(bool routed) => new()
    {
        Namespace = LabCase.DhcpSpace,
        Problems = [],
        Interfaces = [Facts("tap0f265733-84", "10.10.0.2/24", "169.254.169.254/32")],
        Listeners = routed ? [] : [new ListeningSocket("tcp", IPAddress.Any, 80)],
        Processes = routed ? [] : [new ProcessFacts { Name = "haproxy", State = "S", Arguments = ["haproxy"] }],
        Rules = [],
    };

    private static NamespaceInspectResult RouterNamespace() => new()
    {
        Namespace = LabCase.RouterSpace,
        Problems = [],
        Interfaces = [Facts("qr-5cb04847-d0", "10.10.0.1/24"), Facts(Qg, "203.0.113.80/24", "203.0.113.90/32")],
        Routes = [new RouteFacts { Destination = "default", Gateway = LabCase.External, Device = Qg }],
        Neighbours = [new NeighbourFacts { Address = LabCase.External, Device = Qg, State = "REACHABLE" }],
        IpForward = true,
        Listeners = [new ListeningSocket("tcp", IPAddress.Any, 9697)],
        Processes = [new ProcessFacts { Name = "haproxy", State = "S", Arguments = ["haproxy"] }],
        Chains = [new FilterChain("filter", "FORWARD", "ACCEPT", 12)],
        Rules =
        [
            Rule("filter", "INPUT", "-j neutron-l3-agent-INPUT"),
            Rule("filter", "FORWARD", "-j neutron-l3-agent-FORWARD"),
            Rule("filter", "neutron-l3-agent-FORWARD", "-j neutron-l3-agent-scope"),
            Rule("filter", "neutron-l3-agent-INPUT", "-m mark --mark 0x1/0xffff -j ACCEPT"),
            Rule("filter", "neutron-l3-agent-INPUT", "-p tcp -m tcp --dport 9697 -j DROP"),
            Rule("filter", "neutron-l3-agent-scope", "-o qr-5cb04847-d0 -m mark ! --mark 0x4000000/0xffff0000 -j DROP"),
            Rule("nat", "PREROUTING", "-j neutron-l3-agent-PREROUTING"),
            Rule("nat", "POSTROUTING", "-j neutron-l3-agent-POSTROUTING"),
            Rule("nat", "POSTROUTING", "-j neutron-postrouting-bottom"),
            Rule("nat", "neutron-l3-agent-POSTROUTING", $"! -o {Qg} -m conntrack ! --ctstate DNAT -j ACCEPT"),
            Rule("nat", "neutron-l3-agent-PREROUTING", "-d 203.0.113.90/32 -j DNAT --to-destination 10.10.0.35"),
            Rule("nat", "neutron-l3-agent-PREROUTING",
                "-d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 9697"),
            Rule("nat", "neutron-l3-agent-float-snat", "-s 10.10.0.35/32 -j SNAT --to-source 203.0.113.90 --random-fully"),
            Rule("nat", "neutron-l3-agent-snat", "-j neutron-l3-agent-float-snat"),
            Rule("nat", "neutron-l3-agent-snat", $"-o {Qg} -j SNAT --to-source 203.0.113.80 --random-fully"),
            Rule("nat", "neutron-postrouting-bottom",
                "-m comment --comment \"Perform source NAT on outgoing traffic.\" -j neutron-l3-agent-snat"),
        ],
    };

    private static InterfaceFacts Facts(string name, params string[] addresses) => new()
    {
        Name = name,
        Index = 12,
        Mtu = 1450,
        AdminUp = true,
        Carrier = true,
        OperState = "UNKNOWN",
        Addresses = [.. addresses.Select(a => new InterfaceAddressFacts { Address = InterfaceAddress.Parse(a), Scope = "global" })],
    };
}
