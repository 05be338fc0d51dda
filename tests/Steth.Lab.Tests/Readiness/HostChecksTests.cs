using Steth.Lab.Faults;
using Steth.Lab.Names;
using Steth.Lab.Plan;
using Steth.Lab.Processes;
using Steth.Lab.State;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Readiness;

/// <summary>The checks of addresses, clocks and names: nothing on a healthy lab, and of each fault exactly its finding.</summary>
public class HostChecksTests(LabFixture lab) : IClassFixture<LabFixture>
{
    private FaultBook Book => new(new LabPlan(LabName.Parse(lab.Name)), new LabDirectory(LabName.Parse(lab.Name)), new Launcher(LabName.Parse(lab.Name)));

    private async Task<(int ExitCode, string[] Findings)> CheckAsync(string check)
    {
        var (run, report) = await Commands.Steth.JsonAsync(lab, "check", check);
        return (run.ExitCode, [.. report.GetProperty("findings").EnumerateArray().Select(f =>
            $"{f.GetProperty("state")} {f.GetProperty("id")} {string.Join(',', f.GetProperty("nodes").EnumerateArray().Select(n => n.GetString()))}")]);
    }

    [Theory]
    [InlineData("addresses")]
    [InlineData("clock")]
    [InlineData("dns")]
    public async Task Check_HealthyLab_FindsNothing(string check)
    {
        LabFixture.SkipIfUnavailable();
        var (code, findings) = await CheckAsync(check);
        findings.ShouldBeEmpty();
        code.ShouldBe(0);
    }

    [Theory]
    [InlineData("fabric-duplicate-address", "addresses", "FAIL address-duplicate comp2")]
    [InlineData("fabric-second-dhcp-server", "addresses", "FAIL dhcp-rogue ")]
    [InlineData("fabric-own-name-loopback", "dns", "FAIL dns-loopback comp2")]
    [InlineData("fabric-stale-name", "dns", "FAIL dns-wrong-address comp2")]
    [InlineData("fabric-clock-offset", "clock", "FAIL clock-skew comp2")]
    public async Task Check_Fault_IsExactlyItsFinding(string fault, string check, string finding)
    {
        LabFixture.SkipIfUnavailable();
        await Book.BreakFabricAsync(FabricFaults.Find(fault)!, "comp2", TestContext.Current.CancellationToken);
        try
        {
            var (code, findings) = await CheckAsync(check);
            findings.ShouldBe([finding]);
            code.ShouldBe(1);
        }
        finally
        {
            await Book.HealAsync(null, CancellationToken.None);
        }
        (await CheckAsync(check)).Findings.ShouldBeEmpty();
    }
}
