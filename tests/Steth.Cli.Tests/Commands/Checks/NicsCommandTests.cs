using System.Text.Json;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Cli.Tests.Commands.Checks;

public sealed class NicsCommandTests
{
    [Fact]
    public async Task Nics_InOrder_PassInThreeLines()
    {
        var outcome = await Cli.RunAsync(Agents(), "check", "nics");

        outcome.Code.ShouldBe(0, outcome.Out + outcome.Error);
        outcome.Out.ShouldStartWith(
            "4 NICs and 0 bonds of 2 nodes: 4 good, 0 broken; counters watched for 2.0 s; 4 switch ports known by\nLLDP\n\nPASS nics: nothing broken (");
    }

    [Fact]
    public async Task Nics_OneHalfDuplex_FailsWithItsTables()
    {
        var outcome = await Cli.RunAsync(Agents(nic => nic with { Duplex = "half" }), "check", "nics", "--network", "net", "-v");

        outcome.Code.ShouldBe(1);
        outcome.Out.ShouldContain("| comp2 | eth2 | net      | -    | FAIL  | up   | 10 Gbit/s | half   |");
        outcome.Out.ShouldContain("FAIL nic-half-duplex: eth2 of comp2 runs half duplex");
        outcome.Out.ShouldContain("| n/a      | n/a |");
        outcome.Out.ShouldContain("Switch ports by LLDP");
        outcome.Out.ShouldNotContain("Members of bonds");
    }

    [Fact]
    public async Task Nics_HostileSwitch_MovesNoCursor()
    {
        var outcome = await Cli.RunAsync(
            Agents(nic => nic with { Lldp = [new LldpNeighbour { ChassisId = "\u001b[2J", PortId = "\u001b[31m", SystemName = "a\nb", Source = "lldpd" }] }),
            "check", "nics", "-v");

        outcome.Code.ShouldBe(0, outcome.Out + outcome.Error);
        outcome.Out.ShouldNotContain("\u001b");
        outcome.Out.ShouldNotContain("a\nb");
    }

    [Fact]
    public async Task Nics_AsJson_IsTheReport()
    {
        var outcome = await Cli.RunAsync(Agents(), "check", "nics", "--network", "net", "-f", "json");

        var json = JsonDocument.Parse(outcome.Out).RootElement;
        (json.GetProperty("check").GetString(), json.GetProperty("status").GetString()).ShouldBe(("nics", "pass"));
        json.GetProperty("results").GetArrayLength().ShouldBe(2);
        json.GetProperty("results")[0].GetProperty("lldp")[0].GetProperty("port_id").GetString().ShouldBe("Ethernet1/1");
        json.GetProperty("results")[0].GetProperty("ring").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Nics_AsCsv_IsARowANic() =>
        (await Cli.RunAsync(Agents(), "check", "nics", "--network", "net", "-f", "csv")).Out.ShouldBe(
            "node,nic,networks,bond,state,link,speed_mbps,duplex,errors,drops,switch,reason\n"
            + "comp1,eth2,net,,PASS,up,10000,full,0,0,leaf-1a Ethernet1/1,\n"
            + "comp2,eth2,net,,PASS,up,10000,full,0,0,leaf-1a Ethernet1/1,\n");

    [Fact]
    public async Task Nics_Options_ReachTheAgentsAndTheJudge()
    {
        var agents = Agents();

        var outcome = await Cli.RunAsync(
            agents, "check", "nics", "--network", "net", "--look", "0", "--lldp", "35", "--speed-min", "25000", "--drops-max", "0.5", "-f", "json");

        agents.Calls.Where(call => call.Contains("nic.inspect", StringComparison.Ordinal)).ShouldAllBe(
            call => call.Contains("{\"nics\":[\"eth2\"],\"seconds\":0,\"lldp_seconds\":35,", StringComparison.Ordinal));
        var json = JsonDocument.Parse(outcome.Out).RootElement;
        (json.GetProperty("speed_min_mbps").GetInt32(), json.GetProperty("drops_max_per_second").GetDouble()).ShouldBe((25_000, 0.5));
        json.GetProperty("findings")[0].GetProperty("id").GetString().ShouldBe("nic-speed-low");
        outcome.Code.ShouldBe(1);
    }

    [Fact]
    public async Task Nics_Configuration_HoldsWhereNoOptionIsGiven()
    {
        const string configuration = Cli.TwoNodes + "\n[checks]\nnic_speed_mbps = 40000\nnic_drops_per_second = 3\n";

        var outcome = await Cli.RunAsync(
            Agents(), configuration, TestContext.Current.CancellationToken, "check", "nics", "--speed-min", "1000", "-f", "json");

        var json = JsonDocument.Parse(outcome.Out).RootElement;
        (json.GetProperty("speed_min_mbps").GetInt32(), json.GetProperty("drops_max_per_second").GetDouble()).ShouldBe((1000, 3));
        outcome.Code.ShouldBe(0, outcome.Out + outcome.Error);
    }

    [Fact]
    public async Task Nics_NobodyAnswers_IsUnavailable() => (await Cli.RunAsync(new FakeAgents(), "check", "nics")).Code.ShouldBe(69);

    [Theory]
    [InlineData("--look: '31' is not a whole number from 0 to 30.", "--look", "31")]
    [InlineData("--lldp: 'on' is not a whole number from 0 to 35.", "--lldp", "on")]
    [InlineData("--speed-min: '10G' is not a whole number from 1 to 10000000.", "--speed-min", "10G")]
    public async Task Nics_WrongUsage_IsOneSentence(string sentence, params string[] options)
    {
        var agents = Agents();

        var outcome = await Cli.RunAsync(agents, ["check", "nics", .. options]);

        outcome.ShouldBe(new Outcome(64, "", $"steth: {sentence}\nsteth: Read 'steth help check nics'.\n"));
        agents.Calls.ShouldBeEmpty();
    }

    /// <summary>Two agents whose NICs are in order, but for what is changed on comp2.</summary>
    private static FakeAgents Agents(Func<NicFacts, NicFacts>? change = null)
    {
        var agents = new FakeAgents();
        foreach (var (node, number) in new[] { ("comp1", 1), ("comp2", 2) })
        {
            agents.Answer(node, AgentOperations.InterfaceList, new InterfaceListResult
            {
                Interfaces = [Device("eth0", $"192.0.2.{number}/24"), Device("eth2", $"198.51.100.{number}/24")],
            });
            agents.Answer(node, AgentOperations.NicInspect, (NicInspectParams p) => new NicInspectResult
            {
                Nics = [.. p.Nics.Select(n => node == "comp2" && change is not null ? change(Good(n.ToString())) : Good(n.ToString()))],
                LookedMs = p.Seconds == 0 ? null : 1000 * p.Seconds,
                Lldpd = true,
            });
        }
        return agents;
    }

    private static NicFacts Good(string name) => new()
    {
        Name = name,
        Exists = true,
        AdminUp = true,
        Carrier = true,
        SpeedMbps = 10_000,
        Duplex = "full",
        Autoneg = true,
        Mtu = 1500,
        Driver = "ixgbe",
        Before = new NicCounters { RxErrors = 1, RxDropped = 5, RxPackets = 10 },
        After = new NicCounters { RxErrors = 1, RxDropped = 5, RxPackets = 20 },
        LldpAsked = true,
        Lldp = [new LldpNeighbour { ChassisId = "00:11:22:33:44:55", PortId = "Ethernet1/1", SystemName = "leaf-1a", Source = "lldpd" }],
    };

    private static InterfaceFacts Device(string name, string address) => new()
    {
        Name = name,
        Index = 1,
        Mtu = 1500,
        AdminUp = true,
        Carrier = true,
        OperState = "UP",
        Addresses = [new InterfaceAddressFacts { Address = Packets.Addresses.InterfaceAddress.Parse(address), Scope = "global" }],
    };
}
