using System.Net;
using Steth.Contracts;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Checks.Addresses;

public class AddressesCheckTests
{
    [Fact]
    public async Task RunAsync_Healthy_OneNodeAsksForAllAndEachForItsGateway()
    {
        var world = new AddressesWorld(3);
        var report = await world.RunAsync();
        report.Findings.ShouldBeEmpty();
        report.Status.ShouldBe(CheckState.Pass);
        world.NeighbourScans.ShouldBe(
        [
            "n1 br-phy: 10.1.0.1 10.1.0.2 10.1.0.3",
            "n1 eth0: 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.254",
            "n2 eth0: 10.0.0.254 10.0.0.1 10.0.0.3",
            "n3 eth0: 10.0.0.254 10.0.0.1 10.0.0.2",
        ]);
        report.Results.Select(r => r.Name).ShouldBe(
        [
            "10.0.0.1 of n1", "10.1.0.1 of n1", "10.0.0.2 of n2", "10.1.0.2 of n2", "10.0.0.3 of n3", "10.1.0.3 of n3",
            "10.0.0.254 from n1", "10.0.0.254 from n2", "10.0.0.254 from n3",
            "DHCP servers untagged", "DHCP servers in VLAN 101", "DHCP servers in VLAN 102", "DHCP servers in VLAN 103",
            "DHCP servers untagged", "DHCP servers untagged",
        ]);
        report.Results[9].Network.ShouldBe("br-ex");
    }

    [Fact]
    public async Task RunAsync_Dhcp_AFewNodesAskOnEachSegmentThoseThatUseAVlanFirst()
    {
        var world = new AddressesWorld(5);
        await world.RunAsync();
        world.DhcpScans.ShouldBe(
        [
            "n1 eth0: untagged", "n1 eth1: untagged 101,102,103,104,105", "n1 eth2: untagged",
            "n2 eth0: untagged", "n2 eth1: untagged 101,102,103,104,105", "n2 eth2: untagged",
            "n3 eth0: untagged", "n3 eth1: untagged 101,102,103", "n3 eth2: untagged",
            "n4 eth1: 104", "n5 eth1: 105",
        ]);
        var first = world.Agents.Asked.Select(a => a.Parameters).OfType<Contracts.Operations.DhcpScanParams>().Select(p => p.FirstXid).ToList();
        first.Distinct().Count().ShouldBe(first.Count);
        first.Select(x => x >> 24).Distinct().Count().ShouldBe(1);
        first.ShouldAllBe(x => (x & 0xfff) == 0);
    }

    [Fact]
    public async Task RunAsync_VlansAndNetworkNamed_OnlyThoseAreLookedAt()
    {
        var world = new AddressesWorld(2);
        await world.RunAsync(r => r with { Vlans = [new VlanId(7)], DhcpWait = TimeSpan.FromSeconds(1) });
        world.DhcpScans.ShouldBe(
            ["n1 eth0: untagged", "n1 eth1: untagged 7", "n1 eth2: untagged", "n2 eth0: untagged", "n2 eth1: untagged 7", "n2 eth2: untagged"]);
        var narrow = new AddressesWorld(2);
        await narrow.RunAsync(r => r with { Networks = ["net"], OnlyNetworks = true });
        narrow.DhcpScans.ShouldBe(["n1 eth2: untagged", "n2 eth2: untagged"]);
        narrow.NeighbourScans.ShouldBe(["n1 br-phy: 10.1.0.1 10.1.0.2"]);
    }

    [Fact]
    public async Task RunAsync_FirstScannerHearsNobody_TheNextAsks()
    {
        var world = new AddressesWorld(3);
        world.Deaf.Add("n1");
        // No gateway to ask for, whose controls would prove the addresses already.
        var report = await world.RunAsync(r => r with { Networks = ["mgmt"], OnlyNetworks = true, Gateways = [IPAddress.Parse("10.9.0.254")] });
        world.NeighbourScans.ShouldBe(["n1 eth0: 10.0.0.1 10.0.0.2 10.0.0.3", "n2 eth0: 10.0.0.1 10.0.0.2 10.0.0.3"]);
        report.Results.Take(3).Select(r => r.State).ShouldBe([CheckState.Pass, CheckState.Pass, CheckState.Pass]);
    }

    [Fact]
    public async Task RunAsync_Duplicate_IsFoundOnce()
    {
        var world = new AddressesWorld(3);
        world.Thieves["10.1.0.3"] = AddressesWorld.MacOf(2, 1);
        var report = await world.RunAsync();
        report.Findings.ShouldHaveSingleItem().Summary.ShouldBe("02:00:00:00:01:02 (n2 eth1) answers for 10.1.0.3 of n3 as well");
        report.Findings[0].Nodes.ShouldBe(["n3", "n2"]);
    }

    [Fact]
    public async Task RunAsync_GatewayNamed_IsAskedForWhereItsSubnetIs()
    {
        var world = new AddressesWorld(2);
        var report = await world.RunAsync(r => r with { Gateways = [IPAddress.Parse("10.1.0.254"), IPAddress.Parse("10.9.0.254")] });
        report.Results.Where(r => r.Kind == Diagnosis.Readiness.Addresses.AddressResultKind.Gateway).Select(r => $"{r.Name} {r.State}").ShouldBe(
            ["10.1.0.254 from n1 Pass", "10.1.0.254 from n2 Pass", "10.9.0.254 from no node Unknown"]);
        world.Agents.Calls.ShouldNotContain(c => c.EndsWith("namespace.inspect", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_SilentAndRefusingAgents_CostTheirOwnRows()
    {
        var world = new AddressesWorld(4);
        world.Agents.Kill(world.Nodes[0]);
        world.Agents.Refuse(world.Nodes[1], AgentOperations.InterfaceList, OperationErrorCode.ToolMissing, "'ip' is not installed on this host.");
        var report = await world.RunAsync(r => r with { Networks = ["mgmt"], OnlyNetworks = true });
        report.Results.Select(r => $"{r.Name} {r.State}").ShouldBe(
        [
            "10.0.0.1 of n1 Unknown", "10.0.0.2 of n2 Unknown", "10.0.0.3 of n3 Pass", "10.0.0.4 of n4 Pass",
            "10.0.0.254 from n3 Pass", "10.0.0.254 from n4 Pass", "DHCP servers untagged Pass",
        ]);
        report.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("n1");
        report.Findings.ShouldHaveSingleItem().Summary.ShouldBe("the devices of n2 could not be read");
    }

    [Fact]
    public async Task RunAsync_OldAgents_AreUnknown()
    {
        var world = new AddressesWorld(2);
        foreach (var node in world.Nodes)
        {
            world.Agents.Refuse(node, AgentOperations.NeighbourScan, OperationErrorCode.MethodNotFound, "no such method");
            world.Agents.Refuse(node, AgentOperations.DhcpScan, OperationErrorCode.MethodNotFound, "no such method");
        }
        var report = await world.RunAsync();
        report.Status.ShouldBe(CheckState.Unknown);
        report.Results.ShouldAllBe(r => r.State == CheckState.Unknown);
    }

    [Fact]
    public async Task RunAsync_BondAndVlanDevice_AreFollowedToTheNic()
    {
        var world = new AddressesWorld(2);
        foreach (var (i, node) in world.Nodes.Index())
        {
            world.Agents.On(node, AgentOperations.InterfaceList, _ => new Contracts.Operations.InterfaceListResult
            {
                Interfaces =
                [
                    Device("bond0", i) with { Kind = "bond" }, Device("eth1", i) with { Master = "bond0" },
                    Device("bond0.20", i, $"10.0.0.{i + 1}/24") with { Kind = "vlan", Link = "bond0", VlanId = 20 },
                    Device("bond0.30", i, $"10.1.0.{i + 1}/24") with { Kind = "vlan", Link = "bond0", VlanId = 30 },
                ],
            });
            world.Agents.Refuse(node, AgentOperations.OvsShow, OperationErrorCode.ToolFailed, "broken");
        }
        var report = await world.RunAsync();
        world.DhcpScans.ShouldBe(["n1 bond0: untagged 20,30", "n2 bond0: untagged 20,30"]);
        world.NeighbourScans.Where(s => s.StartsWith("n1", StringComparison.Ordinal)).ShouldBe(
            ["n1 bond0.20: 10.0.0.1 10.0.0.2", "n1 bond0.30: 10.1.0.1 10.1.0.2"]);
        report.Results[^1].Network.ShouldBe("mgmt+net");
    }

    private static Contracts.Operations.InterfaceFacts Device(string name, int node, string? address = null) => new()
    {
        Name = name,
        Index = 2,
        Mac = AddressesWorld.MacOf(node + 1, name == "bond0.30" ? 2 : 0),
        Mtu = 1500,
        AdminUp = true,
        Carrier = true,
        OperState = "UP",
        Addresses = address is null ? [] : [new Contracts.Operations.InterfaceAddressFacts { Address = InterfaceAddress.Parse(address), Scope = "global" }],
    };
}
