using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Checks;

/// <summary>A node without an agent costs its own rows of <c>steth check vlan</c>. Has a lab of its own.</summary>
public class VlanDeadAgentTests(LabFixture lab) : IClassFixture<LabFixture>
{
    [Fact]
    public async Task CheckVlan_DeadAgent_CostsItsRowsOnly()
    {
        LabFixture.SkipIfUnavailable();
        await lab.ExecAsync("comp2", "kill", "-9", (await lab.ExecAsync("comp2", "pidof", "steth-agent")).Trim());

        var (run, report) = await Commands.Steth.JsonAsync(
            lab, "check", "vlan", "--nodes", "net1,comp1,comp2", "--nic", "eth1", "--vlans", "100-105");

        run.ExitCode.ShouldBe(2, run.Errors);
        report.GetProperty("findings").GetArrayLength().ShouldBe(0);
        report.GetProperty("partitions").GetArrayLength().ShouldBe(0);
        report.GetProperty("unreachable").EnumerateArray().ShouldHaveSingleItem().GetProperty("host").GetString().ShouldBe("comp2");
        report.GetProperty("results").EnumerateArray().GroupBy(row => row.GetProperty("state").GetString()!).Select(rows => $"{rows.Count()} {rows.Key}")
            .Order(StringComparer.Ordinal).ShouldBe(["12 PASS", "24 UNKNOWN"]);
    }
}
