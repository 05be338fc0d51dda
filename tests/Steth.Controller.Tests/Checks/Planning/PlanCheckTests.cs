using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Checks.Planning;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Diagnosis.Readiness.Planning;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Checks.Planning;

public sealed class PlanCheckTests
{
    private static readonly StethConfiguration s_file = StethConfiguration.Parse("""
        network_types = mgmt:eth0:192.0.2.,net:eth1:198.51.100.
        nodes_id = 1,2
        node_name_prefix = comp
        """, "steth.conf");

    private readonly FakeAgents _agents = new();

    public PlanCheckTests()
    {
        Up("comp1", 1);
        Up("comp2", 2);
    }

    [Fact]
    public async Task RunAsync_AllAsPlanned_PassesAndAsksEachNodeOnce()
    {
        var report = await RunAsync();

        report.Status.ShouldBe(CheckState.Pass);
        report.Results.Count.ShouldBe(6);
        _agents.Calls.Order().ShouldBe(
        [
            "comp1 agent.info", "comp1 interface.list", "comp1 neighbour.list", "comp1 ovs.show",
            "comp2 agent.info", "comp2 interface.list", "comp2 neighbour.list", "comp2 ovs.show",
        ]);
    }

    [Fact]
    public async Task RunAsync_NodeIsSilent_CostsItsOwnRows()
    {
        _agents.Kill(Node("comp2"));

        var report = await RunAsync();

        report.Results.Select(row => row.State).ShouldBe(
            [CheckState.Pass, CheckState.Pass, CheckState.Pass, CheckState.Unknown, CheckState.Unknown, CheckState.Unknown]);
        report.Unreachable.ShouldBe([new UnreachableHost("comp2", "No agent listens on 192.0.2.2:9698: is steth-agent running there?")]);
    }

    [Fact]
    public async Task RunAsync_ANodeThatTellsOnlyWhoItIs_IsNotSilent()
    {
        foreach (var operation in new Operation[] { AgentOperations.InterfaceList, AgentOperations.OvsShow, AgentOperations.NeighbourList })
            _agents.Refuse(Node("comp2"), operation, OperationErrorCode.ToolMissing, "'ip' is missing.");

        var report = await RunAsync();

        report.Unreachable.ShouldBeEmpty();
        report.Results[3].State.ShouldBe(CheckState.Pass);
        report.Findings.ShouldHaveSingleItem().Id.ShouldBe("interfaces-unknown");
        report.Findings[0].Evidence.ShouldBe(["comp2: 'ip' is missing."]);
    }

    [Fact]
    public async Task RunAsync_OneNetwork_LooksAtNoOther() =>
        (await RunAsync("net")).Results.Select(row => row.Network).ShouldBe([null, "net", null, "net"]);

    [Fact]
    public async Task RunAsync_TunnelAndNeighbour_AreAskedOnceWhetherTheyAreAgents()
    {
        Knows("comp1", tunnels: ["198.51.100.2", "198.51.100.9", "flow"], neighbours: [("192.0.2.7", "REACHABLE"), ("192.0.2.2", "STALE")]);
        Knows("comp2", tunnels: ["198.51.100.9"], neighbours: [("192.0.2.8", "FAILED"), ("fe80::7", "STALE"), ("192.0.2.7", "STALE")]);
        _agents.On(FakeAgents.Node("198.51.100.9"), AgentOperations.AgentInfo, _ => Info("comp9"));

        var report = await RunAsync();

        _agents.Calls.Where(call => char.IsDigit(call[0])).ShouldBe(["198.51.100.9 agent.info", "192.0.2.7 agent.info"]);
        var finding = report.Findings.ShouldHaveSingleItem();
        finding.Id.ShouldBe("node-not-in-file");
        finding.Evidence.ShouldBe(["198.51.100.9: steth-agent 0.1.0 on comp9; known by comp1 (tunnel), comp2 (tunnel)"]);
    }

    [Fact]
    public async Task RunAsync_AnotherAddressOfANode_IsNobodyElse()
    {
        Knows("comp1", tunnels: ["203.0.113.2"], neighbours: []);
        _agents.On(Node("comp2"), AgentOperations.InterfaceList, _ => Interfaces(2, "203.0.113.2/24"));

        (await RunAsync()).Status.ShouldBe(CheckState.Pass);
        _agents.Calls.ShouldNotContain("203.0.113.2 agent.info");
    }

    [Fact]
    public async Task RunAsync_ManyNeighbours_AsksSixtyFour()
    {
        Knows("comp1", [], [.. Enumerable.Range(100, 70).Select(last => ($"192.0.2.{last}", "STALE"))]);

        var report = await RunAsync();

        _agents.Calls.Count(call => char.IsDigit(call[0])).ShouldBe(64);
        report.Notes.ShouldBe(["nodes know 70 addresses that are not in steth.conf; 64 of them were asked whether an agent is there"]);
    }

    [Fact]
    public async Task RunAsync_NeighbourOnAnotherLink_IsNotAsked()
    {
        _agents.On(Node("comp1"), AgentOperations.NeighbourList, _ => new NeighbourListResult { Neighbours = [Neighbour("203.0.113.7", "STALE", "eth5")] });

        await RunAsync();

        _agents.Calls.ShouldNotContain("203.0.113.7 agent.info");
    }

    [Fact]
    public async Task RunAsync_NoFile_LooksForNobody()
    {
        Knows("comp1", ["198.51.100.9"], []);
        var nowhere = s_file with { Nodes = [], SourceExists = false };

        await new PlanCheck(_agents.WithTimeout()).RunAsync(
            [Node("comp1")], new PlanRequest(nowhere, ["mgmt", "net"]), null, TestContext.Current.CancellationToken);

        _agents.Calls.ShouldNotContain("198.51.100.9 agent.info");
    }

    private Task<PlanReport> RunAsync(params string[] networks) => new PlanCheck(_agents.WithTimeout()).RunAsync(
        s_file.Nodes, new PlanRequest(s_file, networks.Length == 0 ? ["mgmt", "net"] : networks), null, TestContext.Current.CancellationToken);

    private static Node Node(string name) => s_file.Nodes.Single(node => node.Name == name);

    private void Up(string name, int last)
    {
        _agents.On(Node(name), AgentOperations.AgentInfo, _ => Info(name));
        _agents.On(Node(name), AgentOperations.InterfaceList, _ => Interfaces(last));
        Knows(name, [], []);
    }

    private void Knows(string name, string[] tunnels, (string Address, string State)[] neighbours)
    {
        _agents.On(Node(name), AgentOperations.OvsShow, _ => new OvsShowResult
        {
            Running = true,
            ExternalIds = new Dictionary<string, string>(),
            Bridges = [new OvsBridge { Name = "br-tun", DatapathType = "", Ports = [.. tunnels.Select(Tunnel)] }],
        });
        _agents.On(Node(name), AgentOperations.NeighbourList, _ => new NeighbourListResult
        {
            Neighbours = [.. neighbours.Select(n => Neighbour(n.Address, n.State, "eth0"))],
        });
    }

    private static OvsPort Tunnel(string remote) => new()
    {
        Name = $"vxlan-{remote}",
        Trunks = [],
        OtherConfig = new Dictionary<string, string>(),
        Interfaces =
        [
            new OvsInterface
            {
                Name = $"vxlan-{remote}",
                Type = "vxlan",
                ExternalIds = new Dictionary<string, string>(),
                Options = new Dictionary<string, string> { ["remote_ip"] = remote },
                Statistics = new Dictionary<string, long>(),
            },
        ],
    };

    private static NeighbourFacts Neighbour(string address, string state, string device) => new()
    {
        Address = IPAddress.Parse(address),
        Device = device,
        Mac = state == "FAILED" ? null : MacAddress.Parse("fa:16:3e:00:00:01"),
        State = state,
    };

    private static AgentInfoResult Info(string host) => new()
    {
        Hostname = host,
        Version = "0.1.0",
        Kernel = "6.1.0",
        StartedAt = DateTimeOffset.UnixEpoch,
        Insecure = true,
        Tools = [],
    };

    private static InterfaceListResult Interfaces(int last, string? further = null) => new()
    {
        Interfaces =
        [
            Device("eth0", $"192.0.2.{last}/24"), Device("eth1", $"198.51.100.{last}/24"),
            .. further is null ? [] : new[] { Device("eth2", further) },
        ],
    };

    private static InterfaceFacts Device(string name, string address) => new()
    {
        Name = name,
        Index = 1,
        Mtu = 1500,
        AdminUp = true,
        Carrier = true,
        OperState = "UP",
        Addresses = [new InterfaceAddressFacts { Address = InterfaceAddress.Parse(address), Scope = "global" }],
    };
}
