using System.Text.Json;
using Steth.Lab.Faults;
using Steth.Lab.Processes;
using Steth.Lab.State;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Checks;

/// <summary><c>steth check vlan</c> on a lab: healthy, and each fault of the fabric gives its finding and no other.</summary>
public class VlanCheckTests(LabFixture lab) : IClassFixture<LabFixture>
{
    private static readonly string[] _onEth1 = ["check", "vlan", "--nodes", "net1,comp1,comp2", "--nic", "eth1", "--vlans", "100-105"];

    private FaultBook Book => new(lab.Plan, new LabDirectory(lab.Plan.Name), new Launcher(lab.Plan.Name));

    [Fact]
    public async Task CheckVlan_Healthy_PassesForEveryVlanAndDirectedPair()
    {
        LabFixture.SkipIfUnavailable();
        var (run, report) = await Commands.Steth.JsonAsync(lab, _onEth1);

        run.ExitCode.ShouldBe(0, run.Errors + run.Output);
        Commands.Steth.Keys(report).ShouldBe(
            ["schema", "check", "status", "results", "partitions", "result_counts", "findings", "unreachable", "notes", "took_ms"]);
        Commands.Steth.Keys(report.GetProperty("results")[0]).ShouldBe(["vlan", "from", "to", "sent", "received", "state"]);
        report.GetProperty("results").EnumerateArray().Select(row => $"{row.GetProperty("vlan")} {Text(row, "from")} {Text(row, "to")} {Text(row, "state")}")
            .ShouldBe(from vlan in Enumerable.Range(100, 6)
                      from sender in (string[])["net1", "comp1", "comp2"]
                      from receiver in (string[])["net1", "comp1", "comp2"]
                      where sender != receiver
                      select $"{vlan} {sender} {receiver} PASS");
        report.GetProperty("findings").GetArrayLength().ShouldBe(0);
        report.GetProperty("partitions").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("fabric-trunk-lacks-vlans", "vlan-missing", "VLANs 103-104 missing on comp2's port (eth1 of comp2)", "103-104: net1 comp1 | comp2")]
    [InlineData("fabric-vlan-nowhere", "vlan-nowhere", "VLAN 102 does not cross between any two nodes: not trunked anywhere", "102: net1 | comp1 | comp2")]
    [InlineData("fabric-one-way-acl", "vlan-one-way", "VLAN 103 does not cross from comp2 to net1; the other way it does", "103: net1 comp1 | comp1 comp2")]
    [InlineData("fabric-vlan-translated", "vlan-translated", "what comp2 sends in VLAN 104 arrives in VLAN 105 at net1, comp1", "104: net1 comp1 | comp2")]
    [InlineData("fabric-nic-down", "vlan-nic-down", "eth1 of comp2 is down: nothing crosses", "100-105: net1 comp1 | comp2")]
    [InlineData("fabric-port-isolated", "vlan-node-isolated", "no frame crosses to or from eth1 of comp2, tagged or not, though it has a link", "100-105: net1 comp1 | comp2")]
    public async Task CheckVlan_FaultOfTheFabric_IsTheOnlyFinding(string fault, string id, string summary, string partitions)
    {
        LabFixture.SkipIfUnavailable();
        await Book.BreakFabricAsync(FabricFaults.Find(fault)!, "comp2", TestContext.Current.CancellationToken);
        try
        {
            var (run, report) = await Commands.Steth.JsonAsync(lab, _onEth1);

            report.GetProperty("findings").EnumerateArray().Select(finding => (Text(finding, "id"), Text(finding, "summary")))
                .ShouldBe([(id, summary)]);
            report.GetProperty("partitions").EnumerateArray().Select(Partition).ShouldBe([partitions]);
            report.GetProperty("notes").GetArrayLength().ShouldBe(0);
            run.ExitCode.ShouldBe(1, run.Errors);
        }
        finally
        {
            await Book.HealAsync(null, CancellationToken.None);
        }
    }

    [Fact]
    public async Task CheckVlan_OtherNativeVlan_IsToldAndNoFault()
    {
        LabFixture.SkipIfUnavailable();
        await Book.BreakFabricAsync(FabricFaults.Find("fabric-native-vlan-differs")!, "comp2", TestContext.Current.CancellationToken);
        try
        {
            var (run, report) = await Commands.Steth.JsonAsync(lab, _onEth1);

            run.ExitCode.ShouldBe(0, run.Errors);
            report.GetProperty("notes").EnumerateArray().Select(note => note.GetString()).ShouldBe(
                ["Untagged frames do not cross everywhere: {net1, comp1} | {comp2}; the ports' native VLANs differ."]);
        }
        finally
        {
            await Book.HealAsync(null, CancellationToken.None);
        }
    }

    [Fact]
    public async Task CheckVlan_WithoutANic_TakesTheUnderlayOfTheNetwork()
    {
        LabFixture.SkipIfUnavailable();
        // br-phy holds the address, eth2 is its way out: an access port that lets no tagged frame pass.
        var (run, report) = await Commands.Steth.JsonAsync(lab, "check", "vlan", "--vlans", "untagged,7");

        run.ExitCode.ShouldBe(1, run.Errors);
        report.GetProperty("findings").EnumerateArray().Select(finding => Text(finding, "summary")).ShouldBe(
            ["VLAN 7 does not cross between any two nodes: not trunked anywhere"]);
        report.GetProperty("notes").EnumerateArray().Select(note => note.GetString()).ShouldBe(["Not tried, because they are on no network 'net': ctl."]);
    }

    [Fact]
    public async Task CheckVlan_TwoTagsAndFullSize_AreTriedToo()
    {
        LabFixture.SkipIfUnavailable();
        var (run, report) = await Commands.Steth.JsonAsync(lab, [.. _onEth1, "--full-size", "--qinq", "802.1q"]);

        run.ExitCode.ShouldBe(0, run.Errors + run.Output);
        report.GetProperty("results").EnumerateArray().ShouldAllBe(row => row.GetProperty("received").GetInt32() == 3);
    }

    [Fact]
    public async Task CheckVlan_SmallMtuOnAPort_IsFoundByFullSizeFramesOnly()
    {
        LabFixture.SkipIfUnavailable();
        await lab.ExecAsync("sw", "ip", "link", "set", "p-comp2", "mtu", "1400");
        try
        {
            (await Commands.Steth.RunAsync(lab, _onEth1)).ExitCode.ShouldBe(0);
            var (run, report) = await Commands.Steth.JsonAsync(lab, [.. _onEth1, "--full-size"]);

            run.ExitCode.ShouldBe(1, run.Errors);
            report.GetProperty("findings").EnumerateArray().Select(finding => Text(finding, "summary")).ShouldBe(
                ["full-size frames (1518 bytes) in VLANs 100-105 do not cross to or from eth1 of comp2"]);
            report.GetProperty("partitions").GetArrayLength().ShouldBe(0);
        }
        finally
        {
            await lab.ExecAsync("sw", "ip", "link", "set", "p-comp2", "mtu", "1500");
        }
    }

    [Theory]
    [InlineData("--vlans: '0-5' is no list of VLANs", "--vlans", "0-5")]
    [InlineData("--nic: eth1 and eth2 are both for all nodes", "--nic", "eth1", "--nic", "eth2")]
    [InlineData("--nic: comp1 has two", "--nic", "comp1:eth1", "--nic", "comp1:eth2")]
    [InlineData("--nic: 'nobody' is neither a node", "--nic", "nobody:eth1")]
    [InlineData("--nic: '' is no name of a network device", "--nic", "comp1:")]
    [InlineData("between two nodes at least", "--nodes", "comp1", "--nic", "eth1")]
    public async Task CheckVlan_WrongUsage_IsRefusedInASentence(string sentence, params string[] options)
    {
        LabFixture.SkipIfUnavailable();
        var run = await Commands.Steth.RunAsync(lab, ["check", "vlan", .. options]);

        run.ExitCode.ShouldBe(64);
        run.Errors.ShouldContain(sentence);
        run.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task CheckVlan_NoSuchNicOnANode_CostsItsRowsOnly()
    {
        LabFixture.SkipIfUnavailable();
        var (run, report) = await Commands.Steth.JsonAsync(lab, [.. _onEth1, "--nic", "comp2:eth9"]);

        run.ExitCode.ShouldBe(2, run.Errors);
        Text(report.GetProperty("findings").EnumerateArray().ShouldHaveSingleItem(), "summary")!
            .ShouldStartWith("comp2 could not be probed: There is no NIC 'eth9' on comp2; there are eth");
        Passing(report).ShouldBe(["comp1 net1", "net1 comp1"], run.Output);
    }

    private static IEnumerable<string> Passing(JsonElement report) => report.GetProperty("results").EnumerateArray()
        .Where(row => Text(row, "state") == "PASS").Select(row => $"{Text(row, "from")} {Text(row, "to")}").Distinct().Order(StringComparer.Ordinal);

    private static string Partition(JsonElement partition) => $"{Text(partition, "vlans")}: "
        + string.Join(" | ", partition.GetProperty("groups").EnumerateArray()
            .Select(group => string.Join(' ', group.EnumerateArray().Select(node => node.GetString()))));

    private static string? Text(JsonElement row, string member) => row.GetProperty(member).GetString();
}
