using System.Text.Json;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Cli.Tests.Commands.Checks;

public sealed class PlanCommandTests
{
    [Fact]
    public async Task Plan_AllAsPlanned_Passes()
    {
        var outcome = await Cli.RunAsync(Agents(), "check", "plan");

        outcome.ShouldBe(new Outcome(0, outcome.Out, ""));
        outcome.Out.ShouldStartWith("2 nodes, 2 as planned; 4 addresses, 4 as planned\n\nPASS plan: nothing broken (");
    }

    [Fact]
    public async Task Plan_AddressMissing_Fails()
    {
        var agents = Agents().Answer("comp2", AgentOperations.InterfaceList, Interfaces("192.0.2.2/24", "198.51.100.7/24"));

        var outcome = await Cli.RunAsync(agents, "check", "plan");

        outcome.Code.ShouldBe(1);
        outcome.Out.ShouldContain("""

            FAIL address-missing: the address of net is on no interface of comp2
              Evidence   comp2 lacks 198.51.100.2
              To do      configure the addresses on the nodes, or correct them in steth.conf

            FAIL plan: 1 broken (
            """);
    }

    [Fact]
    public async Task Plan_OneNodeSilent_IsUndecided()
    {
        var agents = new FakeAgents();
        Up(agents, "comp1", 1);

        var outcome = await Cli.RunAsync(agents, "check", "plan", "-f", "json");

        outcome.Code.ShouldBe(2);
        var root = JsonDocument.Parse(outcome.Out).RootElement;
        root.GetProperty("status").GetString().ShouldBe("unknown");
        root.GetProperty("unreachable")[0].GetProperty("host").GetString().ShouldBe("comp2");
        outcome.Error.ShouldStartWith("UNKNOWN plan: nothing broken, 1 node silent (");
    }

    [Fact]
    public async Task Plan_NobodyAnswers_IsUnavailable() => (await Cli.RunAsync(new FakeAgents(), "check", "plan")).Code.ShouldBe(69);

    [Fact]
    public async Task Plan_NobodyAnswersAndTheFileIsWrong_Fails()
    {
        const string same = "[nodes]\na = mgmt:192.0.2.1, net:192.0.2.1\n";

        (await Cli.RunAsync(new FakeAgents(), same, TestContext.Current.CancellationToken, "check", "plan")).Code.ShouldBe(1);
    }

    [Fact]
    public async Task Plan_Details_ShowTheTable() =>
        (await Cli.RunAsync(Agents(), "check", "plan", "-v")).Out.ShouldContain("""
            Nodes and their addresses
            +-------+---------+----------------+-----+----------+-----------------+-------+--------+
            | Node  | Network | Address        | NIC | Found on | Prefix          | State | Reason |
            +-------+---------+----------------+-----+----------+-----------------+-------+--------+
            | comp1 | -       | 192.0.2.1:9698 | -   | -        | -               | PASS  | -      |
            | comp1 | mgmt    | 192.0.2.1      | -   | eth0     | 192.0.2.0/24    | PASS  | -      |
            | comp1 | net     | 198.51.100.1   | -   | eth1     | 198.51.100.0/24 | PASS  | -      |
            """);

    [Fact]
    public async Task Plan_Csv_IsTheTable() =>
        (await Cli.RunAsync(Agents(), "check", "plan", "--nodes", "comp2", "--network", "net", "-f", "csv", "-q")).ShouldBe(new Outcome(0, """
            node,network,address,nic,interface,prefix,state,reason
            comp2,,192.0.2.2:9698,,,,PASS,
            comp2,net,198.51.100.2,,eth1,198.51.100.0/24,PASS,

            """, ""));

    /// <summary>Agents of the configuration's two nodes, or of those named, that have what it says.</summary>
    internal static FakeAgents Agents(params string[] names)
    {
        var agents = new FakeAgents();
        foreach (var name in names.Length > 0 ? names : ["comp1", "comp2"])
            Up(agents, name, name[^1] - '0');
        return agents;
    }

    private static void Up(FakeAgents agents, string name, int last) => agents
        .Answer(name, AgentOperations.AgentInfo, Answers.Info(name))
        .Answer(name, AgentOperations.InterfaceList, Interfaces($"192.0.2.{last}/24", $"198.51.100.{last}/24"))
        .Answer(name, AgentOperations.OvsShow, Answers.Ovs())
        .Answer(name, AgentOperations.NeighbourList, new NeighbourListResult { Neighbours = [] });

    private static InterfaceListResult Interfaces(params string[] addresses) => new()
    {
        Interfaces = [.. addresses.Select((address, i) => Answers.Interface($"eth{i}") with
        {
            Addresses = [new InterfaceAddressFacts { Address = InterfaceAddress.Parse(address), Scope = "global" }],
        })],
    };
}
