using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Checks;

/// <summary>`check mesh` and `check mtu` where the agent of one node is gone. Has a lab of its own.</summary>
public class PairCheckDeadAgentTests(LabFixture lab) : IClassFixture<LabFixture>
{
    [Fact]
    public async Task DeadAgent_CostsItsOwnRowsOnlyAndIsNotBlamed()
    {
        LabFixture.SkipIfUnavailable();
        // The number is the one of comp2's own process namespace.
        await lab.ExecAsync("comp2", "kill", "-9", (await lab.ExecAsync("comp2", "pidof", "steth-agent")).Trim());

        foreach (var check in (string[])["mesh", "mtu"])
        {
            var (run, report) = await Commands.Steth.JsonAsync(
                lab, ["check", check, "--timeout", "60", .. (string[])(check == "mesh" ? ["--rtt", "60000", "--jitter", "60000"] : [])]);

            run.ExitCode.ShouldBe(2, run.Output);
            report.GetProperty("status").GetString().ShouldBe("unknown");
            report.GetProperty("findings").GetArrayLength().ShouldBe(0);
            Commands.Steth.Rows(report.GetProperty("unreachable"), "host").ShouldBe(["comp2"]);
            foreach (var row in report.GetProperty("results").EnumerateArray())
            {
                var isComp2 = row.GetProperty("from").GetString() == "comp2" || row.GetProperty("to").GetString() == "comp2";
                row.GetProperty("state").GetString().ShouldBe(isComp2 ? "UNKNOWN" : "PASS");
            }
        }
    }
}
