using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Checks;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Diagnosis.Readiness.Nics;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Checks;

public class NicsCheckTests
{
    private readonly FakeAgents _agents = new();
    private readonly List<Node> _nodes = [];

    private static InterfaceFacts Device(
        string name, string? address = null, string? kind = null, string? link = null, string? master = null, string? ovsBridge = null) => new()
        {
            Name = name,
            Index = 2,
            Kind = kind,
            Mac = MacAddress.Parse("52:54:00:00:00:01"),
            Mtu = 1500,
            AdminUp = true,
            Carrier = true,
            OperState = "UP",
            Link = link,
            VlanId = kind == "vlan" ? 100 : null,
            Master = master,
            OvsBridge = ovsBridge,
            Addresses = address is null ? [] : [new InterfaceAddressFacts { Address = InterfaceAddress.Parse(address), Scope = "global" }],
        };

    private static NicFacts Good(string name) => new()
    {
        Name = name,
        Exists = true,
        AdminUp = true,
        Carrier = true,
        SpeedMbps = 10_000,
        Duplex = "full",
        Mtu = 1500,
        Driver = "ixgbe",
        Before = new NicCounters { RxErrors = 1 },
        After = new NicCounters { RxErrors = 1 },
        LldpAsked = true,
        Lldp = [new LldpNeighbour { ChassisId = "c", PortId = $"port of {name}", Source = "lldpd" }],
    };

    private Node Add(string name, NodeNetwork[] networks, Func<string, NicFacts>? told, params InterfaceFacts[] interfaces)
    {
        var node = FakeAgents.Node(name, networks);
        _nodes.Add(node);
        _agents.On(node, AgentOperations.InterfaceList, _ => new InterfaceListResult { Interfaces = interfaces });
        if (told is not null)
        {
            _agents.On(node, AgentOperations.NicInspect, p => new NicInspectResult
            {
                Nics = [.. p.Nics.Select(n => told(n.ToString()))],
                LookedMs = p.Seconds * 1000,
                Lldpd = true,
            });
        }
        return node;
    }

    private Node AddSimple(string name, int number, Func<string, NicFacts>? told) => Add(
        name, [new NodeNetwork("net", IPAddress.Parse($"192.0.2.{number}"), null)], told, Device("eth0"), Device("eth1", $"192.0.2.{number}/24"));

    private Task<NicsReport> RunAsync(NicsRequest? request = null, Action<CheckProgress>? progress = null) =>
        new NicsCheck(_agents.WithTimeout()).RunAsync(
            _nodes, request ?? new NicsRequest { Networks = ["mgmt", "net"] }, progress, TestContext.Current.CancellationToken);

    private static string[] Rows(NicsReport report) =>
        [.. report.Results.Select(r => $"{r.Node} {r.Nic} {r.Role} {string.Join('+', r.Networks)} {r.State}")];

    [Fact]
    public async Task RunAsync_NodeOnNoneOfTheNetworks_IsLeftOutWithANote()
    {
        AddSimple("a", 1, Good);
        Add("ctl", [new NodeNetwork("mgmt", IPAddress.Parse("198.51.100.9"), null)], Good, Device("eth0", "198.51.100.9/24"));

        var report = await RunAsync(new NicsRequest { Networks = ["net"] });

        report.Status.ShouldBe(CheckState.Pass);
        report.Results.Select(row => row.Node).ShouldBe(["a"]);
        report.Notes.ShouldContain("Not looked at, because they are on none of these networks: ctl.");
    }

    [Fact]
    public async Task RunAsync_NicsOfTheNetworks_AreLookedAtWithTheirMembers()
    {
        Add(
            "a",
            [
                new NodeNetwork("mgmt", IPAddress.Parse("192.0.2.1"), "eth0"), new NodeNetwork("net", IPAddress.Parse("198.51.100.1"), null),
                new NodeNetwork("storage", IPAddress.Parse("203.0.113.1"), null),
            ],
            Good,
            Device("eth0", "192.0.2.1/24"), Device("bond0", kind: "bond"), Device("a0", master: "bond0"), Device("a1", master: "bond0"),
            Device("bond0.100", "198.51.100.1/24", "vlan", "bond0"), Device("eth9", "203.0.113.1/24"));
        var progress = new List<CheckProgress>();
        var report = await RunAsync(new NicsRequest { Networks = ["mgmt", "net"], LookSeconds = 3, LldpSeconds = 4 }, progress.Add);
        Rows(report).ShouldBe(["a eth0 Single mgmt Pass", "a bond0 Bond net Pass", "a a0 Member net Pass", "a a1 Member net Pass"]);
        report.Results[3].Bond.ShouldBe("bond0");
        report.Results[0].LookedMs.ShouldBe(3000);
        var asked = _agents.Asked.Select(a => a.Parameters).OfType<NicInspectParams>().ShouldHaveSingleItem();
        asked.Nics.Select(n => n.ToString()).ShouldBe(["eth0", "bond0", "a0", "a1"]);
        (asked.Seconds, asked.LldpSeconds).ShouldBe((3, 4));
        progress.Max(p => p.Fraction).ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_OneNicForTwoNetworks_IsOneRow()
    {
        Add(
            "a", [new NodeNetwork("mgmt", IPAddress.Parse("192.0.2.1"), "a0"), new NodeNetwork("net", IPAddress.Parse("198.51.100.1"), null)], Good,
            Device("bond0", kind: "bond"), Device("a0", master: "bond0"),
            Device("bond0.7", "192.0.2.1/24", "vlan", "bond0"), Device("bond0.8", "198.51.100.1/24", "vlan", "bond0"));
        Rows(await RunAsync()).ShouldBe(["a bond0 Bond mgmt+net Pass", "a a0 Member mgmt+net Pass"]);
    }

    [Fact]
    public async Task RunAsync_NodeInNoConfiguration_ShowsAllItsPhysicalNics()
    {
        Add("192.0.2.9", [], Good, Device("lo"), Device("eth0"), Device("tap1", kind: "tun"), Device("bond0", kind: "bond"), Device("a0", master: "bond0"));
        Rows(await RunAsync()).ShouldBe(
            ["192.0.2.9 eth0 Single  Pass", "192.0.2.9 bond0 Bond  Pass", "192.0.2.9 a0 Member  Pass"]);
    }

    [Fact]
    public async Task RunAsync_OneBroken_IsTheOnlyFinding()
    {
        AddSimple("a", 1, Good);
        AddSimple("b", 2, n => Good(n) with { Carrier = false, SpeedMbps = null });
        AddSimple("c", 3, Good);
        var report = await RunAsync();
        report.Findings.ShouldHaveSingleItem().Id.ShouldBe("nic-no-carrier");
        report.Status.ShouldBe(CheckState.Fail);
    }

    [Fact]
    public async Task RunAsync_SilentOldLyingAndMissing_CostTheirOwnRows()
    {
        AddSimple("a", 1, Good);
        _agents.Kill(AddSimple("b", 2, Good));
        AddSimple("c", 3, null);
        AddSimple("d", 4, n => Good("another"));
        Add("e", [new NodeNetwork("net", IPAddress.Parse("192.0.2.5"), "eth7")], Good, Device("eth0"));
        Add("f", [new NodeNetwork("net", IPAddress.Parse("192.0.2.6"), null)], Good, Device("no name", "192.0.2.6/24"));
        var report = await RunAsync();
        Rows(report).ShouldBe(
        [
            "a eth1 Single net Pass", "b    Unknown", "c eth1 Single net Unknown", "d eth1 Single net Unknown", "e   net Unknown",
            "f   net Unknown",
        ]);
        report.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("b");
        var finding = report.Findings.ShouldHaveSingleItem();
        finding.Id.ShouldBe("nic-unmeasured");
        finding.Evidence.ShouldBe(
        [
            "e, net: there is no NIC 'eth7', and no interface has the address 192.0.2.5",
            "f, net: which NIC is below no name is not known",
            "c eth1: c does not know nic.inspect.",
            "d eth1: the agent told nothing of it",
        ]);
        report.Status.ShouldBe(CheckState.Unknown);
    }

    [Fact]
    public async Task RunAsync_SilentWhileItLooks_IsUnreachable()
    {
        AddSimple("a", 1, Good);
        var node = AddSimple("b", 2, Good);
        _agents.On<NicInspectParams, NicInspectResult>(
            node, AgentOperations.NicInspect, _ => throw new Controller.Agents.AgentException("b", "b did not answer within 5 s.", null));
        var report = await RunAsync();
        Rows(report).ShouldBe(["a eth1 Single net Pass", "b eth1 Single net Unknown"]);
        report.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("b");
        report.Findings.ShouldBeEmpty();
    }
}
