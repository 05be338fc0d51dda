using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Cli.Tests.Commands.Checks;

public sealed class VlanCommandTests
{
    [Fact]
    public async Task Vlan_AllCross_Passes()
    {
        var outcome = await Cli.RunAsync(Agents("untagged,100-101"), "check", "vlan", "--vlans", "100-101");

        outcome.Code.ShouldBe(0, outcome.Out + outcome.Error);
        outcome.Out.ShouldStartWith("2 VLANs, 2 nodes, 2 directed pairs: all VLANs cross everywhere\n\nPASS vlan: nothing broken (");
    }

    [Fact]
    public async Task Vlan_OneLacking_FailsWithItsPairs()
    {
        var outcome = await Cli.RunAsync(Agents("untagged,100"), "check", "vlan", "--vlans", "100-101", "-v");

        outcome.Code.ShouldBe(1);
        outcome.Out.ShouldStartWith("2 VLANs, 2 nodes, 2 directed pairs: 1 VLANs without a break, 1 broken\n");
        outcome.Out.ShouldContain("| comp1 | comp2 | FAIL  | 101          | -            |");
        outcome.Out.ShouldContain("FAIL vlan-nowhere: VLAN 101 does not cross between comp1, comp2");
    }

    // These agents tell the same each time they are asked to listen, three times for the VLAN that is missing.
    [Fact]
    public async Task Vlan_AsCsv_IsARowAVlanAndDirectedPair() =>
        (await Cli.RunAsync(Agents("untagged,100"), "check", "vlan", "--vlans", "100-101", "-f", "csv")).Out.ShouldBe(
            "vlan,from,to,sent,received,state\n100,comp1,comp2,1,3,PASS\n100,comp2,comp1,1,3,PASS\n"
            + "101,comp1,comp2,3,0,FAIL\n101,comp2,comp1,3,0,FAIL\n");

    [Theory]
    [InlineData("eth1", new[] { "--nic", "eth1" })]
    [InlineData("eth2", new string[0])]
    [InlineData("eth0", new[] { "--network", "mgmt" })]
    public async Task Vlan_Nic_IsTheOneNamedElseThatOfTheNetwork(string nic, string[] options)
    {
        var agents = Agents("untagged,100");

        await Cli.RunAsync(agents, ["check", "vlan", "--vlans", "100", .. options]);

        agents.Calls.Where(call => call.Contains("vlan.send", StringComparison.Ordinal))
            .ShouldAllBe(call => call.Contains($"\"device\":\"{nic}\"", StringComparison.Ordinal));
        agents.Calls.Count(call => call.Contains("vlan.send", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Theory]
    [InlineData("802.1ad", "--qinq")]
    [InlineData("802.1q", "--qinq", "802.1q")]
    public async Task Vlan_Qinq_NamesTheOuterTag(string tag, params string[] options)
    {
        var agents = Agents("untagged,100");

        await Cli.RunAsync(agents, ["check", "vlan", "--vlans", "100", .. options]);

        agents.Calls.First(call => call.Contains("vlan.send", StringComparison.Ordinal)).ShouldContain($"\"outer_tag\":\"{tag}\"");
    }

    [Fact]
    public async Task Vlan_NodesOnNoSuchNetwork_AreLeftOutWithANote()
    {
        const string three = Cli.TwoNodes + "\nctl = mgmt:192.0.2.3\n";

        var outcome = await Cli.RunAsync(
            Agents("untagged,100"), three, TestContext.Current.CancellationToken, "check", "vlan", "--vlans", "100");

        outcome.Code.ShouldBe(0, outcome.Out + outcome.Error);
        outcome.Out.ShouldContain("Notes        Not tried, because they are on no network 'net': ctl.");
    }

    [Theory]
    [InlineData(
        "--vlans: '0-5' is no list of VLANs; expected ids and ranges of 1-4094, as in 100-105,200.\nsteth: Read 'steth help check vlan'.",
        "--vlans", "0-5")]
    [InlineData("--nic: eth1 and eth2 are both for all nodes; write NODE:NIC for one.", "--nic", "eth1", "--nic", "eth2")]
    [InlineData("--nic: comp1 has two; one NIC a node is probed at a time.", "--nic", "comp1:eth1", "--nic", "comp1:eth2")]
    [InlineData("--nic: '' is no name of a network device.", "--nic", "comp1:")]
    [InlineData("VLANs are checked between two nodes at least.", "--nodes", "comp1")]
    public async Task Vlan_WrongUsage_IsOneSentence(string sentence, params string[] options)
    {
        var agents = Agents("untagged,100");

        var outcome = await Cli.RunAsync(agents, ["check", "vlan", .. options]);

        outcome.ShouldBe(new Outcome(64, "", $"steth: {sentence}\n"));
        agents.Calls.ShouldBeEmpty();
    }

    /// <summary>Two agents between which some VLANs cross.</summary>
    private static FakeAgents Agents(string crossing)
    {
        var agents = new FakeAgents();
        foreach (var (node, number) in new[] { ("comp1", 0), ("comp2", 1) })
        {
            agents.Answer(node, AgentOperations.InterfaceList, new InterfaceListResult
            {
                Interfaces = [Device("eth0", $"192.0.2.{number + 1}/24"), Device("eth1"), Device("eth2", $"198.51.100.{number + 1}/24")],
            });
            agents.Stream(node, AgentOperations.VlanListen, (emit, _) =>
            {
                emit(new VlanListenEvent { Listening = true });
                return Task.FromResult(new VlanListenResult
                {
                    Arrived = [new VlanSighting { Sender = 1 - number, Kind = VlanProbeKind.Plain, Vlans = VlanSet.Parse(crossing) }],
                    Left = [new VlanSighting { Sender = number, Kind = VlanProbeKind.Plain, Vlans = VlanSet.Parse("untagged,100-101") }],
                    Moved = [],
                    Complete = false,
                    Dropped = 0,
                });
            });
            agents.Answer(node, AgentOperations.VlanSend, new VlanSendResult { Sent = 3, TookMs = 1 });
        }
        return agents;
    }

    private static InterfaceFacts Device(string name, string? address = null) => new()
    {
        Name = name,
        Index = 1,
        Mtu = 1500,
        AdminUp = true,
        Carrier = true,
        OperState = "UP",
        Addresses = address is null ? [] : [new InterfaceAddressFacts { Address = InterfaceAddress.Parse(address), Scope = "global" }],
    };
}
