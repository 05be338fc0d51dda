using System.Net;
using Steth.OpenStack.Neutron;
using Steth.OpenStack.Tests.Transport;

namespace Steth.OpenStack.Tests.Neutron;

/// <summary>Every kind of thing, read from a real Neutron's answers.</summary>
public class NeutronResourcesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ports_Recorded_AreRead()
    {
        var ports = await ListAsync(NeutronResources.Ports, "ports");
        ports.Count.ShouldBe(8);
        var port = ports.Single(p => p.Name == "vm-t1");
        port.Id.ShouldBe("dda3b6a2-da63-4940-9199-4eddd2db77d5");
        port.MacAddress.ShouldBe("fa:16:3e:f0:24:66");
        port.FixedIps.Single().IpAddress.ShouldBe(IPAddress.Parse("10.10.0.35"));
        (port.HostId, port.VifType, port.VnicType, port.Status, port.AdminStateUp).ShouldBe(("comp1", "ovs", "normal", "ACTIVE", true));
        port.VifDetails.ShouldBe(new NeutronVifDetails
        {
            OvsHybridPlug = true,
            PortFilter = true,
            BridgeName = "br-int",
            DatapathType = "netdev",
            Connectivity = "l2",
        });
        port.SecurityGroups.ShouldBe(["108dda94-ccf0-4281-84b4-5b0c7ce67301"]);
        port.TrunkDetails.ShouldBeNull();
        ports.Count(p => p.DeviceOwner == "network:dhcp").ShouldBe(2);
    }

    [Fact]
    public async Task Networks_Recorded_AreRead()
    {
        var networks = (await ListAsync(NeutronResources.Networks, "networks")).ToDictionary(n => n.Name!);
        (networks["tnet"].NetworkType, networks["tnet"].PhysicalNetwork, networks["tnet"].SegmentationId, networks["tnet"].Mtu)
            .ShouldBe(("vxlan", null, 809, 1450));
        (networks["ext"].NetworkType, networks["ext"].PhysicalNetwork, networks["ext"].SegmentationId, networks["ext"].IsExternal)
            .ShouldBe(("vlan", "physnet1", 100, true));
    }

    [Fact]
    public async Task Subnets_Recorded_AreRead()
    {
        var subnet = (await ListAsync(NeutronResources.Subnets, "subnets")).Single(s => s.Name == "tsub");
        (subnet.Cidr, subnet.GatewayIp, subnet.EnableDhcp, subnet.IpVersion).ShouldBe((IPNetwork.Parse("10.10.0.0/24"), IPAddress.Parse("10.10.0.1"), true, 4));
        subnet.AllocationPools.Single().ShouldBe(new NeutronAddressRange { Start = IPAddress.Parse("10.10.0.2"), End = IPAddress.Parse("10.10.0.254") });
    }

    [Fact]
    public async Task Routers_Recorded_AreRead()
    {
        var router = (await ListAsync(NeutronResources.Routers, "routers")).Single();
        (router.Name, router.Distributed, router.Ha).ShouldBe(("r1", false, false));
        router.ExternalGatewayInfo!.EnableSnat.ShouldBe(true);
        router.ExternalGatewayInfo.ExternalFixedIps.Single().IpAddress.ShouldBe(IPAddress.Parse("203.0.113.80"));
    }

    [Fact]
    public async Task Agents_Recorded_AreRead()
    {
        var agents = await ListAsync(NeutronResources.Agents, "agents");
        var agent = agents.Single(a => a is { Host: "comp1", AgentType: "Open vSwitch agent" });
        agent.Alive.ShouldBe(true);
        agent.StartedAt.ShouldBe(new DateTimeOffset(2026, 11, 22, 0, 50, 29, TimeSpan.Zero));
        agent.Configurations!.BridgeMappings.ShouldBe(new Dictionary<string, string> { ["physnet1"] = "br-ex" });
        agent.Configurations.TunnelingIp.ShouldBe(IPAddress.Parse("10.88.0.21"));
        agent.Configurations.TunnelTypes.ShouldBe(["vxlan"]);
        (agent.Configurations.OvsHybridPlug, agent.Configurations.L2Population).ShouldBe((true, true));
        agents.Single(a => a.AgentType == "L3 agent").Configurations!.AgentMode.ShouldBe("legacy");
    }

    [Fact]
    public async Task SecurityGroups_Recorded_AreReadWithRules()
    {
        var group = (await ListAsync(NeutronResources.SecurityGroups, "security-groups")).Single();
        (group.Name, group.Stateful, group.SecurityGroupRules.Count).ShouldBe(("default", true, 5));
        var icmp = group.SecurityGroupRules.Single(r => r.Protocol is not null);
        (icmp.Direction, icmp.EtherType, icmp.Protocol, icmp.RemoteIpPrefix).ShouldBe(("ingress", "IPv4", "icmp", null));
    }

    [Fact]
    public async Task FloatingIps_AsDocumented_AreRead()
    {
        await using var cloud = CannedCloud.Always(
            """{"floatingips": [{"id": "f", "floating_ip_address": "203.0.113.9", "fixed_ip_address": "10.0.0.3", "port_id": "p", "router_id": "r", "status": "ACTIVE"}]}""");
        (await cloud.Neutron.ListAsync(NeutronResources.FloatingIps, NeutronQuery.All.WithFloatingIpAddress(IPAddress.Parse("203.0.113.9")), Cancellation)).ShouldBe(
        [
            new NeutronFloatingIp
            {
                Id = "f",
                FloatingIpAddress = IPAddress.Parse("203.0.113.9"),
                FixedIpAddress = IPAddress.Parse("10.0.0.3"),
                PortId = "p",
                RouterId = "r",
                Status = "ACTIVE",
            },
        ]);
        cloud.Asked.ShouldBe(["/v2.0/floatingips?floating_ip_address=203.0.113.9&limit=500"]);
    }

    [Fact]
    public async Task Lists_NullAndOddValues_AreEmptyOrNull()
    {
        await using var cloud = CannedCloud.Always("""
            {"ports": [{"id": null, "fixed_ips": null, "security_groups": [null, "a"], "binding:vif_details": null, "unheard_of": {"x": [1]},
              "allowed_address_pairs": [{"ip_address": "10.1.2.3/8"}, {"ip_address": "10.1.2.3"}, {"ip_address": "fe80::1/200"}, {"ip_address": "x"}],
              "trunk_details": {"trunk_id": "t", "sub_ports": [{"port_id": "s", "segmentation_id": "7"}]}},
             {"id": "b", "fixed_ips": [{"ip_address": "1"}, {"ip_address": "2001:DB8::1"}, {"ip_address": null}]}]}
            """);
        var ports = await cloud.Neutron.ListAsync(NeutronResources.Ports, NeutronQuery.All, Cancellation);
        ports[0].Id.ShouldBe("");
        ports[0].FixedIps.ShouldBeEmpty();
        ports[0].SecurityGroups.ShouldBe(["a"]);
        ports[0].AllowedAddressPairs.Select(p => p.IpAddress?.ToString()).ShouldBe(["10.0.0.0/8", "10.1.2.3/32", null, null]);
        ports[0].TrunkDetails!.SubPorts.Single().SegmentationId.ShouldBe(7);
        ports[1].FixedIps.Select(f => f.IpAddress?.ToString()).ShouldBe([null, "2001:db8::1", null]);
    }

    private static async Task<IReadOnlyList<T>> ListAsync<T>(NeutronResource<T> resource, string recording)
        where T : class
    {
        await using var cloud = CannedCloud.Always(Recording.Text($"neutron/{recording}.json"));
        return await cloud.Neutron.ListAsync(resource, NeutronQuery.All, Cancellation);
    }
}
