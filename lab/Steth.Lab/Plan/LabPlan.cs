using System.Net;
using Steth.Lab.Names;

namespace Steth.Lab.Plan;

/// <summary>
/// What a lab consists of: a small cloud, or a number of bare hosts on one fabric. A pure function of the name and that number: `break`,
/// `status` and the tests read it, only `up` builds it.
/// </summary>
public sealed class LabPlan
{
    /// <summary>The switch's trunks carry these VLANs of physnet1.</summary>
    public static IReadOnlyList<int> TrunkVlans { get; } = [100, 101, 102, 103, 104, 105];

    /// <summary>The trunks' native VLAN on the switch: untagged frames of physnet1.</summary>
    public const int NativeVlan = 60;

    /// <summary>The access VLAN of the tunnel underlay on the switch.</summary>
    public const int UnderlayVlan = 50;

    /// <summary>The network node.</summary>
    public const string NetworkHost = "net1";

    /// <summary>As many bare hosts as have an address in the /24 of each network.</summary>
    public const int MostBareHosts = 150;

    private const int BeforeFirstBareHost = 100;

    /// <summary>An address of the outside beyond the gateway.</summary>
    public static IPAddress Internet { get; } = Ip("198.51.100.1");

    /// <summary>Plans the lab of a name.</summary>
    /// <param name="name">The lab's name.</param>
    /// <param name="bareHosts">How many bare hosts it has, up to <see cref="MostBareHosts"/>; 0: it is a cloud.</param>
    public LabPlan(LabName name, int bareHosts = 0)
    {
        Name = name;
        BareHosts = bareHosts;
        var controller = new HostPlan { Name = "ctl", Management = Ip("10.77.0.10") };
        var physicalSwitch = new HostPlan { Name = "sw" };
        Hosts = IsBare
            ? [controller, .. Enumerable.Range(1, bareHosts).Select(Bare), physicalSwitch]
            : [controller, Wired(NetworkHost, 31), Wired("comp1", 21), Wired("comp2", 22), physicalSwitch, new HostPlan { Name = "ext" }];
        Vnet = Network("vnet", NetworkType.Vlan, 101, "192.168.101.0/24", "192.168.101.1", (1, 2, 1));
        Tnet = Network("tnet", NetworkType.Vxlan, 2001, "10.10.0.0/24", "10.10.0.1", (3, 1, 2));
        Fnet = Network("fnet", NetworkType.Flat, null, "192.168.50.0/24", null, (4, 3, 5));
        External = Network("ext", NetworkType.Vlan, 100, "203.0.113.0/24", "203.0.113.1", null);
        RouterId = StableId.Uuid(name, "router r1");
        SecurityGroupId = StableId.Uuid(name, "security group default");
        ProjectId = StableId.Uuid(name, "project").Replace("-", "", StringComparison.Ordinal);
        MetadataSecret = StableId.Uuid(name, "metadata secret");
        GatewayPort = Port("gateway", PortRole.Gateway, External, "203.0.113.80", NetworkHost);
        DhcpPorts =
            [.. TenantNetworks.Select(network => Port("dhcp " + network.Name, PortRole.Dhcp, network, At(network, 2), NetworkHost))];
        RouterPorts =
        [
            .. TenantNetworks.Where(network => !network.IsIsolated)
                .Select(network => Port("router " + network.Name, PortRole.Router, network, $"{network.Gateway}", NetworkHost)),
        ];
        VmPorts = IsBare ? [] :
        [
            Vm("vm1", Vnet, 11, "comp1") with { FloatingIp = Ip("203.0.113.101") },
            Vm("vm2", Vnet, 12, "comp1"),
            Vm("vm3", Vnet, 13, "comp2"),
            Vm("vm4", Vnet, 14, "comp2"),
            Vm("vm5", Tnet, 15, "comp1"),
            Vm("vm6", Tnet, 16, "comp2") with { FloatingIp = Ip("203.0.113.106") },
            Vm("vm7", Fnet, 17, "comp1"),
            Vm("vm8", Fnet, 18, "comp2"),
        ];
    }

    /// <summary>The lab's name.</summary>
    public LabName Name { get; }

    /// <summary>How many bare hosts it has; 0 in a cloud.</summary>
    public int BareHosts { get; }

    /// <summary>It is hosts and their fabric, before any cloud: no VMs, no bridges in the hosts, the networks below on paper only.</summary>
    public bool IsBare => BareHosts > 0;

    /// <summary>
    /// So many hosts that one kernel cannot hold them apart: all share its table of 1,024 neighbours (neigh_alloc of net/core/neighbour.c), and their
    /// agents its processors. Each then knows its neighbours from the start, which the table does not count, and agents wait for steth.
    /// </summary>
    public bool IsCrowded => BareHosts > 24;

    /// <summary>All hosts, those an operator sees first.</summary>
    public IReadOnlyList<HostPlan> Hosts { get; }

    /// <summary>The tenants' VLAN network.</summary>
    public NetworkPlan Vnet { get; }

    /// <summary>The tenants' VXLAN network.</summary>
    public NetworkPlan Tnet { get; }

    /// <summary>The flat network, isolated.</summary>
    public NetworkPlan Fnet { get; }

    /// <summary>The external network.</summary>
    public NetworkPlan External { get; }

    /// <summary>The networks that VMs are on.</summary>
    public IReadOnlyList<NetworkPlan> TenantNetworks => [Vnet, Tnet, Fnet];

    /// <summary>The router between vnet, tnet and the outside.</summary>
    public string RouterId { get; }

    /// <summary>The security group of every VM port: all out, ICMP and its own members in.</summary>
    public string SecurityGroupId { get; }

    /// <summary>The project everything belongs to: 32 hexadecimal digits.</summary>
    public string ProjectId { get; }

    /// <summary>What the metadata agent signs instance ids with (metadata_proxy_shared_secret).</summary>
    public string MetadataSecret { get; }

    /// <summary>The DHCP servers' ports, one a tenant network.</summary>
    public IReadOnlyList<PortPlan> DhcpPorts { get; }

    /// <summary>The router's ports on tenant networks.</summary>
    public IReadOnlyList<PortPlan> RouterPorts { get; }

    /// <summary>The router's port on the external network.</summary>
    public PortPlan GatewayPort { get; }

    /// <summary>The VMs' ports, in the order of their names; none in a bare lab.</summary>
    public IReadOnlyList<PortPlan> VmPorts { get; }

    /// <summary>The router's namespace on net1.</summary>
    public string RouterNamespace => "qrouter-" + RouterId;

    /// <summary>A host by name.</summary>
    /// <exception cref="LabException">No host of the lab has that name.</exception>
    public HostPlan Host(string name) => Hosts.FirstOrDefault(host => host.Name == name)
        ?? throw new LabException($"The lab has no host '{name}': it has {string.Join(", ", Hosts.Select(host => host.Name))}.");

    /// <summary>The hosts with Neutron's bridges; each has a tunnel to each other.</summary>
    public IEnumerable<HostPlan> WiredHosts => Hosts.Where(host => host.IsWired);

    /// <summary>The VM ports bound to a host.</summary>
    public IReadOnlyList<PortPlan> VmPortsOn(string host) => [.. VmPorts.Where(port => port.Host == host)];

    /// <summary>Every port on a host's br-int, in the order of their OpenFlow port numbers.</summary>
    public IReadOnlyList<PortPlan> PortsOn(string host) =>
        [.. VmPorts.Concat(DhcpPorts).Concat(RouterPorts).Append(GatewayPort).Where(port => port.Host == host)];

    /// <summary>The DHCP server's port on a network.</summary>
    public PortPlan DhcpPort(NetworkPlan network) => DhcpPorts.Single(port => port.Network == network);

    /// <summary>The router's port on a network; null on an isolated one.</summary>
    public PortPlan? RouterPort(NetworkPlan network) => RouterPorts.FirstOrDefault(port => port.Network == network);

    /// <summary>The VM on the same network that runs on another host.</summary>
    public PortPlan Peer(PortPlan port) => VmPorts.First(other => other.Network == port.Network && other.Host != port.Host);

    private NetworkPlan Network(
        string name, NetworkType type, int? segment, string range, string? gateway, (int Net1, int Comp1, int Comp2)? local) => new()
        {
            Id = StableId.Uuid(Name, "network " + name),
            Name = name,
            SubnetId = StableId.Uuid(Name, "subnet " + name),
            Type = type,
            SegmentationId = segment,
            Range = IPNetwork.Parse(range),
            Gateway = gateway is null ? null : Ip(gateway),
            LocalVlans = local is var (net1, comp1, comp2)
                ? new Dictionary<string, int> { [NetworkHost] = net1, ["comp1"] = comp1, ["comp2"] = comp2 }
                : new Dictionary<string, int> { [NetworkHost] = 2 },
        };

    private PortPlan Port(string role, PortRole kind, NetworkPlan network, string address, string host) => new()
    {
        Id = StableId.Uuid(Name, "port " + role),
        Name = role,
        Role = kind,
        Network = network,
        Mac = StableId.Mac(Name, "port " + role),
        Address = Ip(address),
        Host = host,
    };

    private PortPlan Vm(string vm, NetworkPlan network, int last, string host) => Port(vm, PortRole.Vm, network, At(network, last), host)
        with
    { VmId = StableId.Uuid(Name, vm), IsHybrid = host == "comp1" };

    private static HostPlan Wired(string name, int last) => new()
    {
        Name = name,
        Management = Ip($"10.77.0.{last}"),
        Underlay = Ip($"10.88.0.{last}"),
        Storage = Ip($"10.99.0.{last}"),
    };

    private static HostPlan Bare(int number) => new()
    {
        Name = $"node-{number}",
        Management = Ip($"10.77.0.{BeforeFirstBareHost + number}"),
        Fabric = Ip($"10.88.0.{BeforeFirstBareHost + number}"),
    };

    private static string At(NetworkPlan network, int last)
    {
        var octets = network.Range.BaseAddress.GetAddressBytes();
        return $"{octets[0]}.{octets[1]}.{octets[2]}.{last}";
    }

    private static IPAddress Ip(string text) => IPAddress.Parse(text);
}
