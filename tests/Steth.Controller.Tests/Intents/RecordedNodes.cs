using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Intents;

/// <summary>
/// The nodes of a small cloud: comp1 with a hybrid guest in a tunnel network, comp2 with a native guest in a VLAN network, net1 with both
/// DHCP servers and the router of the tunnel network. A test changes what a node says by giving another answer.
/// </summary>
internal sealed class RecordedNodes
{
    public static readonly Guid Tunnel = Guid.Parse("dbd4e08b-9700-4249-9b30-30c06cd8d01e");
    public static readonly Guid Vlan = Guid.Parse("06eeb9a9-d3f4-4db2-9739-b11094b96a2d");
    public static readonly Guid External = Guid.Parse("24da2c76-3b96-4613-8d58-e8313844ab8a");
    public static readonly Guid Subnet = Guid.Parse("f505c258-fb88-4477-8ef5-daa4f8aed157");
    public static readonly Guid HybridGuest = Guid.Parse("dda3b6a2-da63-4940-9199-4eddd2db77d5");
    public static readonly Guid NativeGuest = Guid.Parse("118f9a5a-86a5-42a8-90f0-03b14c56ca5e");
    public static readonly Guid Router = Guid.Parse("d9e48aa2-b4d5-441d-8210-9804928483f8");
    private const string Qrouter = "qrouter-d9e48aa2-b4d5-441d-8210-9804928483f8";

    public RecordedNodes()
    {
        Agents.On(Comp1, AgentOperations.OvsShow, _ => Ovs(Port(HybridGuest, "qvodda3b6a2-da", "fa:16:3e:f0:24:66", Tunnel)));
        Agents.On(Comp2, AgentOperations.OvsShow, _ => Ovs(Port(NativeGuest, "tap118f9a5a-86", "fa:16:3e:a6:53:7d", Vlan)));
        Agents.On(Net1, AgentOperations.OvsShow, _ => Ovs(
            Port(Guid.Parse("0f265733-842f-4982-aa19-1bd8bd910367"), "tap0f265733-84", "fa:16:3e:1c:45:13", Tunnel, "internal"),
            Port(Guid.Parse("cabd2b36-c04d-453b-a794-5b729ce3e50c"), "tapcabd2b36-c0", "fa:16:3e:65:ab:17", Vlan, "internal"),
            Port(Guid.Parse("5cb04847-d0a1-42b9-bd32-a00a4a33220c"), "qr-5cb04847-d0", "fa:16:3e:0a:84:69", Tunnel, "internal"),
            Port(Guid.Parse("2ddac085-2340-4a68-a9f1-e0b7998186ee"), "qg-2ddac085-23", "fa:16:3e:4d:0e:7e", External, "internal")));
        foreach (var node in All)
        {
            Info(node, node.Name);
            Agents.On(node, AgentOperations.DhcpServer, _ => new DhcpServerResult { NamespaceExists = false, FilesExist = false });
            Agents.On(node, AgentOperations.OvsFlows, _ => new OvsFlowsResult { Flows = [] });
        }
        Agents.On(Net1, AgentOperations.DhcpServer, p => p.NetworkId == Tunnel ? Dnsmasq : new DhcpServerResult { NamespaceExists = true, FilesExist = true });
        Agents.On(Net1, AgentOperations.NamespaceList, _ => new NamespaceListResult
        {
            Namespaces = [new NamespaceFacts { Name = $"qdhcp-{Tunnel}", Devices = [] }, new NamespaceFacts { Name = Qrouter, Devices = ["qr-5cb04847-d0"] }],
        });
        Agents.On(Net1, AgentOperations.NamespaceInspect, p => p.Namespace.ToString() == Qrouter ? RouterState
            : p.Namespace.ToString() == $"qdhcp-{Vlan}"
                ? Empty with { Interfaces = [Device("tapcabd2b36-c0", 1500, "192.168.101.2/24", "169.254.169.254/32")] }
                : Empty with { Interfaces = [Device("tap0f265733-84", 1450, "10.10.0.2/24", "169.254.169.254/32")] });
    }

    public FakeAgents Agents { get; } = new();

    public Node Comp1 { get; } = FakeAgents.Node("comp1");

    public Node Comp2 { get; } = FakeAgents.Node("comp2");

    public Node Net1 { get; } = FakeAgents.Node("net1");

    public Node[] All => [Comp1, Comp2, Net1];

    public static NamespaceInspectResult Empty { get; } = new() { Problems = [] };

    /// <summary>A dnsmasq with the command line and files that Neutron gives it.</summary>
    public static DhcpServerResult Dnsmasq { get; } = new()
    {
        NamespaceExists = true,
        FilesExist = true,
        Process = new ProcessFacts
        {
            Name = "dnsmasq",
            State = "S",
            Arguments =
            [
                "dnsmasq", "--no-hosts", $"--dhcp-range=set:subnet-{Subnet},10.10.0.0,static,255.255.255.0,86400s",
                "--dhcp-option-force=option:mtu,1450", "--conf-file=/dev/null",
            ],
        },
        Hosts =
        [
            Host("fa:16:3e:1c:45:13", "10.10.0.2"), Host("fa:16:3e:0a:84:69", "10.10.0.1"), Host("fa:16:3e:f0:24:66", "10.10.0.35"),
            new DhcpHostEntry(MacAddress.Parse("fa:16:3e:00:00:01"), "", null),
        ],
        Options = [new DhcpOptionEntry($"subnet-{Subnet}", "dns-server", "10.10.0.2"), new DhcpOptionEntry($"subnet-{Subnet}", "router", "10.10.0.1")],
        Device = "tap0f265733-84",
    };

    public static NamespaceInspectResult RouterState { get; } = new()
    {
        Namespace = Qrouter,
        Interfaces =
        [
            Device("lo", 65536, "127.0.0.1/8"), Device("qr-5cb04847-d0", 1450, "10.10.0.1/24"),
            Device("qg-2ddac085-23", 1500, "203.0.113.80/24", "203.0.113.60/32"),
        ],
        Routes =
        [
            new RouteFacts { Destination = "10.10.0.0/24", Device = "qr-5cb04847-d0" },
            new RouteFacts { Destination = "default", Gateway = IPAddress.Parse("203.0.113.1"), Device = "qg-2ddac085-23" },
        ],
        Rules =
        [
            new FilterRule("nat", "neutron-l3-agent-OUTPUT", "-d 203.0.113.60/32 -j DNAT --to-destination 10.10.0.35", 0),
            new FilterRule("nat", "neutron-l3-agent-PREROUTING", "-d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 9697", 0),
            new FilterRule("nat", "neutron-l3-agent-PREROUTING", "-d 203.0.113.60/32 -j DNAT --to-destination 10.10.0.35", 3),
            new FilterRule("nat", "neutron-l3-agent-PREROUTING", "-d 203.0.113.61/32 -p tcp -m tcp --dport 22 -j DNAT --to-destination 10.10.0.35:22", 3),
            new FilterRule("nat", "neutron-l3-agent-float-snat", "-s 10.10.0.35/32 -j SNAT --to-source 203.0.113.60", 3),
        ],
        Problems = [],
    };

    public void Info(Node node, string hostname, string? neutronHost = null) => Agents.On(node, AgentOperations.AgentInfo, _ => new AgentInfoResult
    {
        Hostname = hostname,
        NeutronHost = neutronHost,
        Version = "0",
        Kernel = "6",
        StartedAt = DateTimeOffset.UnixEpoch,
        Insecure = true,
        Tools = [],
    });

    public static OvsShowResult Ovs(params OvsPort[] ports) => Collection.OvsHost.With(ports);

    public static OvsPort Port(Guid id, string device, string mac, Guid network, string type = "")
    {
        var port = Collection.OvsHost.Port(id, device, type, network: network);
        port.Interfaces[0].ExternalIds.ShouldBeOfType<Dictionary<string, string>>()["attached-mac"] = mac;
        var config = port.OtherConfig.ShouldBeOfType<Dictionary<string, string>>();
        if (network == Tunnel)
            (config["network_type"], config["physical_network"], config["segmentation_id"]) = ("vxlan", "None", "809");
        if (network == External)
            config["segmentation_id"] = "100";
        return port;
    }

    public static InterfaceFacts Device(string name, int mtu, params string[] addresses) => new()
    {
        Name = name,
        Index = 1,
        Mtu = mtu,
        AdminUp = true,
        Carrier = true,
        OperState = "UNKNOWN",
        Addresses = [.. addresses.Select(a => new InterfaceAddressFacts { Address = InterfaceAddress.Parse(a), Scope = "global" })],
    };

    private static DhcpHostEntry Host(string mac, string address) => new(MacAddress.Parse(mac), $"host-{address.Replace('.', '-')}", IPAddress.Parse(address));
}
