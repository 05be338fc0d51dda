using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.OpenStack;

namespace Steth.Cli.Tests.Commands;

/// <summary>What the DHCP checks take for a port, with credentials for Neutron and without.</summary>
public sealed class PortWordTests
{
    private const string Port = "75e9329b-9c4b-4a7d-b1f2-0123456789ab";

    [Fact]
    public async Task CheckDhcpOnCompute_NameThatNeutronKnows_FollowsThatPort()
    {
        using var neutron = new OnePortNeutron(Port, "vm-v1", "192.168.101.88");
        var outcome = await Cli.RunAsync(Agents(), neutron, "check-dhcp-on-comp", "vm-v1", "eth0", "vlan", "-f", "json");
        outcome.Error.ShouldStartWith("PASS: DHCPOFFER came back");
        outcome.Code.ShouldBe(0);
        neutron.IsClosed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("vm-v9", "UNKNOWN: Neutron does not know a port called 'vm-v9'.")]
    [InlineData("192.0.2.77", "UNKNOWN: Neutron does not know a port with the address 192.0.2.77.")]
    public async Task CheckDhcpOnCompute_WordThatNeutronDoesNotKnow_IsUnknown(string word, string sentence)
    {
        using var neutron = new OnePortNeutron(Port, "vm-v1", "192.168.101.88");
        var outcome = await Cli.RunAsync(Agents(), neutron, "check-dhcp-on-comp", word, "eth0", "vlan", "-f", "json");
        outcome.Error.ShouldContain(sentence);
        (outcome.Code, outcome.Out).ShouldBe((2, "[]\n"));
    }

    [Fact]
    public async Task CheckDhcpOnCompute_ApiDown_FollowsThePortTheNodesKnow()
    {
        using var neutron = new OnePortNeutron(Port, "vm-v1", "192.168.101.88")
        {
            Failure = new OpenStackException(OpenStackFailure.Unreachable, "Neutron cannot be reached.") { IsServiceDown = true },
        };
        var outcome = await Cli.RunAsync(Agents(), neutron, "check-dhcp-on-comp", Port[..8], "eth0", "vlan");
        outcome.Code.ShouldBe(0);
        outcome.Error.ShouldContain("Neutron cannot be reached. The nodes' own records were used instead.");
    }

    [Fact]
    public async Task CheckDhcpOnNetwork_Name_AsksForTheAddressNeutronTells()
    {
        var asked = new List<string>();
        var dhcp = Guid.Parse("9a1c0d2e-0000-4000-8000-000000000002");
        var agents = Agents()
            .Answer("comp2", AgentOperations.OvsShow, Answers.Ovs(OnNetwork(Answers.OvsPort("tap9a1c0d2e-00", "internal", dhcp.ToString()))))
            .Answer("comp2", AgentOperations.PortWiring, Wiring(dhcp, "tap9a1c0d2e-00"))
            .Answer<ArpTraceParams, ArpTraceResult>("comp2", AgentOperations.ArpTrace, parameters =>
            {
                asked.Add(parameters.TargetIp.ToString());
                throw new Controller.Agents.AgentException("comp2", OperationErrorCode.InternalError, "enough");
            });
        using var neutron = new OnePortNeutron(Port, "vm-v1", "192.168.101.88");
        await Cli.RunAsync(agents, neutron, "check-dhcp-on-network", "vm-v1", "eth0", "vlan", "--wait", "1");
        asked.ShouldBe(["192.168.101.88"]);
        agents.Calls.ShouldNotContain("comp1 ovs.flows");
    }

    [Fact]
    public async Task CheckDhcpOnCompute_CredentialsWithAFault_SayWhich()
    {
        var outcome = await Cli.RunAsync(
            Agents(),
            Cli.TwoNodes,
            services => services with
            {
                OpenCloud = (_, _) => throw new OpenStackException(OpenStackFailure.Configuration, "auth_url is missing in clouds.yaml."),
            },
            TestContext.Current.CancellationToken,
            "check-dhcp-on-comp", "vm-v1", "eth0", "vlan");
        outcome.Code.ShouldBe(2);
        outcome.Error.ShouldContain("auth_url is missing in clouds.yaml.");
    }

    private static FakeAgents Agents()
    {
        var wiring = Wiring(Guid.Parse(Port), "tap75e9329b-9c");
        return new FakeAgents()
            .Answer("comp1", AgentOperations.OvsShow, Answers.Ovs(OnNetwork(Answers.OvsPort("tap75e9329b-9c", portId: Port))))
            .Answer("comp2", AgentOperations.OvsShow, Answers.Ovs())
            .Answer("comp1", AgentOperations.PortWiring, wiring)
            .Answer<DhcpTraceParams, DhcpTraceResult>("comp1", AgentOperations.DhcpTrace, parameters => new DhcpTraceResult
            {
                Wiring = wiring,
                Xid = parameters.Xid ?? 0,
                Injection = InjectionMethod.Tap,
                Devices = [new TracedDevice { Device = "tap75e9329b-9c", Listened = true, Outbound = ["DHCPDISCOVER"], Inbound = ["DHCPOFFER"] }],
            });
    }

    private static OvsPort OnNetwork(OvsPort port) => port with
    {
        OtherConfig = new Dictionary<string, string>(port.OtherConfig) { ["net_uuid"] = "06eeb9a9-d3f4-4db2-9739-b11094b96a2d" },
    };

    private static PortWiringResult Wiring(Guid port, string device) => new()
    {
        PortId = port,
        Plug = PortPlug.Native,
        NetworkType = "vlan",
        Devices = [new PortDevice { Device = device, Kind = PortDeviceKind.Tap, Bridge = "br-int" }],
    };
}
