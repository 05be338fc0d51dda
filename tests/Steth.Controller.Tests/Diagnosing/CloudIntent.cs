using System.Net;
using Steth.Diagnosis.Intent;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Diagnosing;

/// <summary>What Neutron says of the guest of <see cref="FakeCloud"/>.</summary>
internal static class CloudIntent
{
    public static readonly Guid Guest = new("4e9b9f3c-0000-4000-8000-000000000001");
    public static readonly Guid Dhcp = new("9a1c0d2e-0000-4000-8000-000000000002");
    public static readonly Guid Inside = new("5cb04847-0000-4000-8000-000000000003");
    public static readonly Guid Outside = new("2ddac085-0000-4000-8000-000000000004");
    public static readonly Guid Network = new("06eeb9a9-d3f4-4db2-9739-b11094b96a2d");
    public static readonly Guid Router = new("d9e48aa2-b4d5-441d-8210-9804928483f8");
    public static readonly MacAddress GuestMac = MacAddress.Parse("fa:16:3e:8d:3c:2b");
    public static readonly MacAddress DhcpMac = MacAddress.Parse("fa:16:3e:00:00:02");
    public static readonly MacAddress InsideMac = MacAddress.Parse("fa:16:3e:0a:84:69");
    public static readonly MacAddress OutsideMac = MacAddress.Parse("fa:16:3e:4d:0e:7e");
    public static readonly MacAddress ExternalMac = MacAddress.Parse("00:1b:21:00:00:fe");
    public static readonly IPAddress GuestIp = IPAddress.Parse("10.10.0.35");
    public static readonly IPAddress DhcpIp = IPAddress.Parse("10.10.0.2");
    public static readonly IPAddress Gateway = IPAddress.Parse("10.10.0.1");
    public static readonly IPAddress Floating = IPAddress.Parse("203.0.113.90");
    public static readonly IPAddress External = IPAddress.Parse("203.0.113.1");

    public static PortIntent Port { get; } = new()
    {
        Source = IntentSource.Neutron,
        PortId = Guest,
        Mac = GuestMac,
        FixedIps = [GuestIp],
        FloatingIps = [new FloatingIpIntent(Floating, GuestIp, Router)],
        BindingHost = "comp1",
        VifType = "ovs",
        VnicType = "normal",
        Network = new NetworkIntent { Id = Network, Type = "vlan", PhysicalNetwork = "physnet1", SegmentationId = 101, Mtu = 1500 },
        Subnets = [new SubnetIntent { Range = IPNetwork.Parse("10.10.0.0/24"), Gateway = Gateway, DhcpEnabled = true }],
        DhcpPorts = [new ServicePortIntent { PortId = Dhcp, Mac = DhcpMac, Addresses = [DhcpIp], Host = "net1" }],
        Router = new RouterIntent
        {
            Id = Router,
            Interface = new ServicePortIntent { PortId = Inside, Mac = InsideMac, Addresses = [Gateway], Host = "net1" },
            Gateway = new ServicePortIntent { PortId = Outside, Mac = OutsideMac, Addresses = [IPAddress.Parse("203.0.113.80")], Host = "net1" },
            ExternalNetwork = new NetworkIntent { Type = "flat", PhysicalNetwork = "ext" },
            ExternalGateway = External,
            Hosts = ["net1"],
        },
        DhcpAgentHosts = ["net1"],
    };
}
