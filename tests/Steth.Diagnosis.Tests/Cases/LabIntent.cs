using System.Net;
using Steth.Diagnosis.Intent;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Tests.Cases;

/// <summary>What Neutron says of the lab's port.</summary>
public static class LabIntent
{
    public static readonly MacAddress DhcpMac = MacAddress.Parse("fa:16:3e:00:00:02");
    public static readonly MacAddress InsideMac = MacAddress.Parse("fa:16:3e:0a:84:69");

    public static PortIntent Of(string host, string type, bool routed) => new()
    {
        Source = IntentSource.Neutron,
        PortId = LabCase.Guest,
        Mac = LabCase.GuestMac,
        FixedIps = [LabCase.Address],
        FloatingIps = routed ? [new FloatingIpIntent(LabCase.Floating, LabCase.Address, LabCase.Router)] : [],
        DeviceOwner = "compute:nova",
        Status = "ACTIVE",
        AdminUp = true,
        BindingHost = host,
        VifType = "ovs",
        VnicType = "normal",
        PortSecurity = true,
        Network = new NetworkIntent
        {
            Id = LabCase.Network,
            Name = "net",
            Type = type,
            PhysicalNetwork = type == "vlan" ? "physnet1" : null,
            SegmentationId = 101,
            Mtu = 1450,
            AdminUp = true,
        },
        Subnets =
        [
            new SubnetIntent
            {
                Id = new Guid("f505c258-fb88-4477-8ef5-daa4f8aed157"),
                Range = IPNetwork.Parse("10.10.0.0/24"),
                Gateway = LabCase.Gateway,
                DhcpEnabled = true,
                PoolSize = 253,
            },
        ],
        DhcpPorts = [Service(LabCase.DhcpPort, DhcpMac, LabCase.DhcpAddress)],
        Router = routed ? new RouterIntent
        {
            Id = LabCase.Router,
            Name = "r1",
            AdminUp = true,
            Distributed = false,
            HighlyAvailable = false,
            Interface = Service(LabCase.Inside, InsideMac, LabCase.Gateway),
            Gateway = Service(LabCase.Outside, MacAddress.Parse("fa:16:3e:4d:0e:7e"), IPAddress.Parse("203.0.113.80")),
            ExternalNetwork = new NetworkIntent { Name = "ext", Type = "flat", PhysicalNetwork = "ext" },
            ExternalGateway = LabCase.External,
            SnatEnabled = true,
            Hosts = ["net1"],
        } : null,
        Agents =
        [
            .. new[] { "comp1", "comp2", "net1" }.Select(h => Agent(h, "neutron-openvswitch-agent")),
            Agent("net1", "neutron-dhcp-agent"), Agent("net1", "neutron-l3-agent"), Agent("net1", "neutron-metadata-agent"),
        ],
        DhcpAgentHosts = ["net1"],
    };

    private static ServicePortIntent Service(Guid id, MacAddress mac, IPAddress address) =>
        new() { PortId = id, Mac = mac, Addresses = [address], Host = "net1", AdminUp = true, Status = "ACTIVE" };

    private static AgentIntent Agent(string host, string binary) => new()
    {
        Host = host,
        Binary = binary,
        Alive = true,
        AdminUp = true,
        TunnelingIp = LabHosts.TunnelAddresses[host],
        BridgeMappings = new Dictionary<string, string> { ["physnet1"] = "br-phy", ["ext"] = "br-ex" },
    };
}
