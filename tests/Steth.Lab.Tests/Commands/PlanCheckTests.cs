using System.Text.Json;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Commands;

/// <summary><c>steth check plan</c> against real hosts.</summary>
[Collection(CommandCollection.Name)]
public class PlanCheckTests(LabFixture lab)
{
    [Fact]
    public async Task Plan_HealthyLab_Passes()
    {
        LabFixture.SkipIfUnavailable();
        var (run, report) = await Steth.JsonAsync(lab, "check", "plan");

        run.ExitCode.ShouldBe(0, run.Output);
        Ids(report).ShouldBeEmpty();
        // net is on br-phy, a bridge of Open vSwitch; the controller is on mgmt only.
        Steth.Rows(report.GetProperty("results"), "node", "network", "interface", "prefix", "state").ShouldBe(
        [
            "ctl    PASS", "ctl mgmt eth0 10.77.0.0/24 PASS",
            "net1    PASS", "net1 mgmt eth0 10.77.0.0/24 PASS", "net1 net br-phy 10.88.0.0/24 PASS", "net1 storage eth3 10.99.0.0/24 PASS",
            "comp1    PASS", "comp1 mgmt eth0 10.77.0.0/24 PASS", "comp1 net br-phy 10.88.0.0/24 PASS", "comp1 storage eth3 10.99.0.0/24 PASS",
            "comp2    PASS", "comp2 mgmt eth0 10.77.0.0/24 PASS", "comp2 net br-phy 10.88.0.0/24 PASS", "comp2 storage eth3 10.99.0.0/24 PASS",
        ]);
    }

    [Fact]
    public async Task Plan_AddressesWrong_AreExactlyTheFindings()
    {
        LabFixture.SkipIfUnavailable();
        await lab.ExecAsync("comp2", "ip", "address", "del", "10.99.0.22/24", "dev", "eth3");
        await lab.ExecAsync("comp1", "ip", "address", "add", "10.99.0.31/24", "dev", "eth1");
        try
        {
            var (run, report) = await Steth.JsonAsync(lab, "check", "plan");

            run.ExitCode.ShouldBe(1, run.Output);
            Ids(report).ShouldBe(["address-missing storage comp2", "address-on-other-node storage net1 comp1"]);
        }
        finally
        {
            await lab.ExecAsync("comp1", "ip", "address", "del", "10.99.0.31/24", "dev", "eth1");
            await lab.ExecAsync("comp2", "ip", "address", "add", "10.99.0.22/24", "dev", "eth3");
        }
    }

    [Fact]
    public async Task Plan_NodeTakenOutOfTheFile_IsFoundByItsNeighbours()
    {
        LabFixture.SkipIfUnavailable();
        var file = Path.GetTempFileName();
        try
        {
            var lines = await File.ReadAllLinesAsync(lab.ConfigFile, TestContext.Current.CancellationToken);
            await File.WriteAllLinesAsync(file, lines.Where(line => !line.StartsWith("comp1 ", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
            // Who spoke to nobody is nobody's neighbour.
            await lab.ExecAsync("ctl", "ping", "-c", "1", "10.77.0.21");

            var (run, report) = await Steth.JsonAsync(lab, "--config", file, "check", "plan");

            run.ExitCode.ShouldBe(1, run.Output);
            Ids(report).ShouldBe(["node-not-in-file  comp1"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string[] Ids(JsonElement report) => [.. report.GetProperty("findings").EnumerateArray().Select(f =>
        $"{f.GetProperty("id")} {f.GetProperty("network")} {string.Join(' ', f.GetProperty("nodes").EnumerateArray())}")];
}
