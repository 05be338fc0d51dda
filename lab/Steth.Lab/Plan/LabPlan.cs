using System.Net;
using Steth.Lab.Names;

namespace Steth.Lab.Plan;

/// <summary>What a lab of a name consists of. A pure function of the name: `break`, `status` and the tests read it, only `up` builds it.</summary>
public sealed class LabPlan
{
    /// <summary>The switch's trunks carry these VLANs of physnet1.</summary>
    public static IReadOnlyList<int> TrunkVlans { get; } = [100, 101, 102, 103, 104, 105];

    /// <summary>The access VLAN of the tunnel underlay on the switch.</summary>
    public const int UnderlayVlan = 50;

    /// <summary>The local VLAN that stands for the external network on net1's br-int.</summary>
    public const int ExternalLocalVlan = 2;

    /// <summary>Plans the lab of a name.</summary>
    public LabPlan(LabName name)
    {
        Name = name;
        Hosts =
        [
            new HostPlan { Name = "ctl", Management = Ip("10.77.0.10") },
            Wired("net1", 31, localVlan: 1),
            Wired("comp1", 21, localVlan: 2),
            Wired("comp2", 22, localVlan: 1),
            new HostPlan { Name = "sw" },
            new HostPlan { Name = "ext" },
        ];
        Vnet = new NetworkPlan
        {
            Id = StableId.Uuid(name, "network vnet"),
            Name = "vnet",
            SubnetId = StableId.Uuid(name, "subnet vnet"),
            SegmentationId = 101,
            Range = IPNetwork.Parse("192.168.101.0/24"),
            Gateway = Ip("192.168.101.1"),
        };
        External = new NetworkPlan
        {
            Id = StableId.Uuid(name, "network ext"),
            Name = "ext",
            SubnetId = StableId.Uuid(name, "subnet ext"),
            SegmentationId = 100,
            Range = IPNetwork.Parse("203.0.113.0/24"),
            Gateway = Ip("203.0.113.1"),
        };
        RouterId = StableId.Uuid(name, "router r1");
        SecurityGroupId = StableId.Uuid(name, "security group default");
        DhcpPort = Port("dhcp", "192.168.101.2", "net1");
        RouterPort = Port("router", "192.168.101.1", "net1");
        GatewayPort = Port("gateway", "203.0.113.80", "net1");
        VmPorts =
        [
            Vm("vm1", "192.168.101.11", "comp1"),
            Vm("vm2", "192.168.101.12", "comp1"),
            Vm("vm3", "192.168.101.13", "comp2"),
            Vm("vm4", "192.168.101.14", "comp2"),
        ];
    }

    /// <summary>The lab's name.</summary>
    public LabName Name { get; }

    /// <summary>All hosts, those an operator sees first.</summary>
    public IReadOnlyList<HostPlan> Hosts { get; }

    /// <summary>The tenants' network.</summary>
    public NetworkPlan Vnet { get; }

    /// <summary>The external network.</summary>
    public NetworkPlan External { get; }

    /// <summary>The router between them.</summary>
    public string RouterId { get; }

    /// <summary>The security group of every VM port: all out, ICMP and its own members in.</summary>
    public string SecurityGroupId { get; }

    /// <summary>The DHCP server's port on vnet.</summary>
    public PortPlan DhcpPort { get; }

    /// <summary>The router's port on vnet.</summary>
    public PortPlan RouterPort { get; }

    /// <summary>The router's port on the external network.</summary>
    public PortPlan GatewayPort { get; }

    /// <summary>The VMs' ports, in the order of their names.</summary>
    public IReadOnlyList<PortPlan> VmPorts { get; }

    /// <summary>The DHCP server's namespace on net1.</summary>
    public string DhcpNamespace => "qdhcp-" + Vnet.Id;

    /// <summary>The router's namespace on net1.</summary>
    public string RouterNamespace => "qrouter-" + RouterId;

    /// <summary>The router's device on vnet.</summary>
    public string RouterDevice => "qr-" + RouterPort.Short;

    /// <summary>The router's device on the external network.</summary>
    public string GatewayDevice => "qg-" + GatewayPort.Short;

    /// <summary>A host by name.</summary>
    /// <exception cref="LabException">No host of the lab has that name.</exception>
    public HostPlan Host(string name) => Hosts.FirstOrDefault(host => host.Name == name)
        ?? throw new LabException($"The lab has no host '{name}': it has {string.Join(", ", Hosts.Select(host => host.Name))}.");

    /// <summary>The VM ports bound to a host.</summary>
    public IReadOnlyList<PortPlan> VmPortsOn(string host) => [.. VmPorts.Where(port => port.Host == host)];

    private PortPlan Port(string role, string address, string host) => new()
    {
        Id = StableId.Uuid(Name, "port " + role),
        Name = role,
        Mac = StableId.Mac(Name, "port " + role),
        Address = Ip(address),
        Host = host,
    };

    private PortPlan Vm(string vm, string address, string host) =>
        Port(vm, address, host) with { VmId = StableId.Uuid(Name, vm), IsHybrid = host == "comp1" };

    private static HostPlan Wired(string name, int last, int localVlan) => new()
    {
        Name = name,
        Management = Ip($"10.77.0.{last}"),
        Underlay = Ip($"10.88.0.{last}"),
        Storage = Ip($"10.99.0.{last}"),
        LocalVlan = localVlan,
    };

    private static IPAddress Ip(string text) => IPAddress.Parse(text);
}
