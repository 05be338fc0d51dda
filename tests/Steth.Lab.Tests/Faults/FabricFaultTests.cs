using System.Text.RegularExpressions;
using Steth.Lab.Faults;
using Steth.Lab.Names;
using Steth.Lab.Plan;
using Steth.Lab.Processes;
using Steth.Lab.State;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Faults;

/// <summary>Every fault of the fabric takes away exactly what it says between the hosts, and healing brings back exactly what was.</summary>
public class FabricFaultTests(StandInLab lab) : IClassFixture<StandInLab>
{
    private static readonly string[] Hosts = ["net1", "comp1", "comp2"];

    /// <summary>The names of all that fit a cloud; a wrong clock needs a real agent.</summary>
    public static TheoryData<string> Faults => new(FabricFaults.All
        .Where(fault => fault.Check != "clock" && fault.Fits(new LabPlan(LabName.Default)).Any()).Select(fault => fault.Name));

    [Theory]
    [InlineData("fabric-trunk-lacks-vlans",
        "103 comp1>comp2 comp2>comp1 comp2>net1 net1>comp2 | 104 comp1>comp2 comp2>comp1 comp2>net1 net1>comp2")]
    [InlineData("fabric-vlan-nowhere", "102 comp1>comp2 comp1>net1 comp2>comp1 comp2>net1 net1>comp1 net1>comp2")]
    [InlineData("fabric-one-way-acl", "103 comp2>net1")]
    [InlineData("fabric-vlan-translated", "104 comp2>comp1 comp2>net1")]
    [InlineData("fabric-native-vlan-differs", "untagged comp1>comp2 comp2>comp1 comp2>net1 net1>comp2")]
    [InlineData("fabric-port-isolated",
        "untagged comp1>comp2 comp2>comp1 comp2>net1 net1>comp2 | 102 comp1>comp2 comp2>comp1 comp2>net1 net1>comp2 | "
        + "103 comp1>comp2 comp2>comp1 comp2>net1 net1>comp2 | 104 comp1>comp2 comp2>comp1 comp2>net1 net1>comp2")]
    public async Task Break_OnTheSwitch_TakesAwayWhatItSays(string name, string lost)
    {
        LabFixture.SkipIfUnavailable();
        var before = await PassingAsync();
        before.Count.ShouldBe(4 * 6);

        await Book.BreakFabricAsync(FabricFaults.Find(name)!, null, TestContext.Current.CancellationToken);
        try
        {
            var gone = before.Except(await PassingAsync()).ToLookup(pass => pass.Vlan, pass => $"{pass.From}>{pass.To}");
            string.Join(" | ", gone.Select(vlan => $"{vlan.Key} {string.Join(' ', vlan.Order(StringComparer.Ordinal))}")).ShouldBe(lost);
        }
        finally
        {
            await Book.HealAsync(null, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Break_NicDown_TakesTheLinkDown()
    {
        LabFixture.SkipIfUnavailable();
        await Book.BreakFabricAsync(FabricFaults.Find("fabric-nic-down")!, "comp1", TestContext.Current.CancellationToken);
        try
        {
            (await lab.ExecAsync("sw", "cat", "/sys/class/net/p-comp1/carrier")).ShouldBe("0\n");
            (await lab.ExecAsync("sw", "cat", "/sys/class/net/p-comp2/carrier")).ShouldBe("1\n");
        }
        finally
        {
            await Book.HealAsync(null, CancellationToken.None);
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Heal_BringsBackExactlyWhatWas(string name)
    {
        LabFixture.SkipIfUnavailable();
        var before = await lab.BaselineAsync();

        await Book.BreakFabricAsync(FabricFaults.Find(name)!, "comp1", TestContext.Current.CancellationToken);
        var broken = await Task.WhenAll(before.Keys.Select(lab.SnapshotAsync));
        (await Book.HealAsync(null, CancellationToken.None)).ShouldBe([name]);

        broken.ShouldNotBe(before.Values);
        foreach (var (host, snapshot) in before)
            (await lab.SnapshotAsync(host)).ShouldBe(snapshot, host);
    }

    private FaultBook Book => new(Plan, new LabDirectory(Plan.Name), new Launcher(Plan.Name));

    private LabPlan Plan => new(LabName.Parse(lab.Name));

    /// <summary>Which host's broadcasts the switch hands on to which, as it explains itself.</summary>
    private async Task<HashSet<(string Vlan, string From, string To)>> PassingAsync()
    {
        var passing = new HashSet<(string, string, string)>();
        foreach (var vlan in (string[])["untagged", "102", "103", "104"])
        {
            foreach (var from in Hosts)
            {
                var tag = vlan == "untagged" ? "vlan_tci=0" : "dl_vlan=" + vlan;
                var trace = await lab.ExecAsync("sw", "ovs-appctl", "ofproto/trace", "--names", "phys",
                    $"in_port=p-{from},{tag},dl_type=0x88b5,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff");
                var actions = trace.Split('\n').Single(line => line.StartsWith("Datapath actions:", StringComparison.Ordinal));
                passing.UnionWith(Delivered(actions["Datapath actions: ".Length..], vlan).Select(to => (vlan, from, to)));
            }
        }
        return passing;
    }

    /// <summary>The hosts that a frame reaches in the VLAN it was sent in; the actions are done one after the other.</summary>
    private static IEnumerable<string> Delivered(string actions, string vlan)
    {
        var now = vlan;
        foreach (Match action in Regex.Matches(actions, @"(?<push>(?:push_vlan|set\(vlan)\(vid=(?<id>\d+)[^)]*\)+)|(?<pop>pop_vlan)|p-(?<host>\w+)"))
        {
            if (action.Groups["push"].Success)
                now = action.Groups["id"].Value;
            else if (action.Groups["pop"].Success)
                now = "untagged";
            else if (now == vlan)
                yield return action.Groups["host"].Value;
        }
    }
}
