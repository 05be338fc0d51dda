using System.Text.Json;
using Steth.Neutron.Tests.Labs;

namespace Steth.Neutron.Tests;

/// <summary>What `neutron-lab up` promises: the API, the agents, the ports.</summary>
[Collection(NeutronCollection.Name)]
public class BringUpTests(NeutronLab lab)
{
    [Fact]
    public async Task Agents_AreAllAlive()
    {
        NeutronLab.SkipIfUnavailable();
        var agents = (await lab.GetAsync("/agents")).GetProperty("agents");
        agents.EnumerateArray().Select(a => string.Join(' ', Texts(a, "host", "agent_type", "alive"))).Order(StringComparer.Ordinal)
            .ShouldBe(
            [
                "comp1 Open vSwitch agent True", "comp2 Open vSwitch agent True", "net1 DHCP agent True", "net1 L3 agent True",
                "net1 Metadata agent True", "net1 Open vSwitch agent True",
            ]);
    }

    [Theory]
    [InlineData("t1", "comp1", "vxlan", "hybrid", "ACTIVE", "ovs")]
    [InlineData("t2", "comp2", "vxlan", "native", "ACTIVE", "ovs")]
    [InlineData("v1", "comp1", "vlan", "hybrid", "ACTIVE", "ovs")]
    [InlineData("v2", "comp2", "vlan", "native", "ACTIVE", "ovs")]
    public async Task Vm_IsWhereItsPortIsBound(string name, string host, string type, string plug, string status, string vif)
    {
        NeutronLab.SkipIfUnavailable();
        var vm = lab.Vm(name);
        (vm.Host, vm.NetworkType, vm.Plug).ShouldBe((host, type, plug));
        var port = (await lab.GetAsync($"/ports/{vm.Id}")).GetProperty("port");
        Texts(port, "name", "status", "binding:host_id", "binding:vif_type", "mac_address").ShouldBe([name, status, host, vif, vm.Mac]);
    }

    [Theory]
    [InlineData("unbound", 1, "", "unbound")]
    [InlineData("misbound", 1, "nosuchhost", "binding_failed")]
    [InlineData("twin", 2, "", "unbound")]
    public async Task OddPort_IsThere(string name, int count, string host, string vif)
    {
        NeutronLab.SkipIfUnavailable();
        var ports = (await lab.GetAsync($"/ports?name={name}")).GetProperty("ports");
        ports.GetArrayLength().ShouldBe(count);
        Texts(ports[0], "status", "binding:host_id", "binding:vif_type").ShouldBe(["DOWN", host, vif]);
    }

    [Fact]
    public async Task Keystone_KnowsTheCatalogue()
    {
        NeutronLab.SkipIfUnavailable();
        var services = (await lab.GetAsync("/v3/auth/catalog")).GetProperty("catalog");
        services.EnumerateArray().Select(s => s.GetProperty("type").GetString()).Order().ShouldBe(["identity", "network"]);
    }

    private static string[] Texts(JsonElement values, params string[] members) =>
        [.. members.Select(m => values.GetProperty(m).ToString())];
}
