using System.Text.Json;
using Steth.Lab.Faults;
using Steth.Lab.Processes;
using Steth.Lab.State;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Checks;

/// <summary>
/// `check mesh` and `check mtu` against a lab of their own: healthy, with each of their faults, and with an agent or the controller gone.
/// How long packets take depends on what else the machine does: latency is not judged here.
/// </summary>
public class PairCheckTests(LabFixture lab) : IClassFixture<LabFixture>
{
    private static readonly string[] AnyLatency = ["--rtt", "60000", "--jitter", "60000", "--timeout", "60"];

    private FaultBook Book => new(lab.Plan, new LabDirectory(lab.Plan.Name), new Launcher(lab.Plan.Name));

    private Task<(LabRun Run, JsonElement Answer)> MeshAsync(params string[] more) =>
        Commands.Steth.JsonAsync(lab, ["check", "mesh", .. AnyLatency, .. more]);

    private Task<(LabRun Run, JsonElement Answer)> MtuAsync(params string[] more) =>
        Commands.Steth.JsonAsync(lab, ["check", "mtu", "--timeout", "60", .. more]);

    [Fact]
    public async Task Mesh_Healthy_PassesOnEveryPairOfEveryNetwork()
    {
        LabFixture.SkipIfUnavailable();
        var (run, report) = await MeshAsync();

        run.ExitCode.ShouldBe(0, run.Output);
        report.GetProperty("status").GetString().ShouldBe("pass");
        var rows = report.GetProperty("results");
        rows.EnumerateArray().CountBy(r => r.GetProperty("network").GetString()!).OrderBy(n => n.Key, StringComparer.Ordinal)
            .ShouldBe([new("mgmt", 12), new("net", 6), new("storage", 6)]);
        Commands.Steth.Keys(rows[0])[..3].ShouldBe(["from", "to", "network"]);
        foreach (var row in rows.EnumerateArray())
        {
            row.GetProperty("received").GetInt32().ShouldBe(row.GetProperty("sent").GetInt32());
            row.GetProperty("rtt_p50_ms").GetDouble().ShouldBeGreaterThan(0);
            row.GetProperty("state").GetString().ShouldBe("PASS");
        }
    }

    [Fact]
    public async Task Mesh_LossTowardsOneHost_IsThatFindingAndNoOther()
    {
        LabFixture.SkipIfUnavailable();
        await Book.BreakFabricAsync(FabricFaults.Find("fabric-loss-to-host")!, "comp1", TestContext.Current.CancellationToken);
        try
        {
            var (run, report) = await MeshAsync("--count", "50");

            run.ExitCode.ShouldBe(1, run.Output);
            Commands.Steth.Rows(report.GetProperty("findings"), "id", "state", "network").ShouldBe(["mesh-loss FAIL storage"]);
            var finding = report.GetProperty("findings")[0];
            finding.GetProperty("nodes").EnumerateArray().Select(n => n.GetString()).ShouldBe(["comp1"]);
            finding.GetProperty("summary").GetString()!.ShouldEndWith("of what comp2, net1 send is lost on the way to comp1");
            foreach (var row in report.GetProperty("results").EnumerateArray())
                (row.GetProperty("state").GetString() == "PASS").ShouldBe(
                    row.GetProperty("network").GetString() != "storage"
                    || (row.GetProperty("from").GetString() != "comp1" && row.GetProperty("to").GetString() != "comp1"));
        }
        finally
        {
            await lab.HealAsync();
        }
    }

    [Fact]
    public async Task Mtu_Healthy_PassesOnEveryPairOfEveryNetwork()
    {
        LabFixture.SkipIfUnavailable();
        var (run, report) = await MtuAsync();

        run.ExitCode.ShouldBe(0, run.Output);
        var rows = report.GetProperty("results");
        rows.GetArrayLength().ShouldBe(24);
        foreach (var row in rows.EnumerateArray())
            Commands.Steth.Rows(JsonSerializer.SerializeToElement(new[] { row }), "mtu", "needed", "udp_mtu", "icmp_mtu", "state")
                .ShouldBe(["1500 1500 1500 1500 PASS"]);
    }

    [Fact]
    public async Task Mtu_OnePortTakesLess_IsThatFindingAndNoOther()
    {
        LabFixture.SkipIfUnavailable();
        await Book.BreakFabricAsync(FabricFaults.Find("fabric-port-mtu")!, "comp1", TestContext.Current.CancellationToken);
        try
        {
            var (run, report) = await MtuAsync();

            run.ExitCode.ShouldBe(1, run.Output);
            Commands.Steth.Rows(report.GetProperty("findings"), "id", "state", "summary").ShouldBe(
                ["mtu-path-too-small FAIL net: only 1400 bytes pass between comp1 and comp2, net1; 1500 are needed"]);
            // A veth's receiving end takes four bytes more than its MTU, for a VLAN tag.
            Commands.Steth.Rows(report.GetProperty("results"), "network", "from", "to", "mtu").Where(r => !r.EndsWith(" 1500", StringComparison.Ordinal))
                .ShouldBe(["net net1 comp1 1400", "net comp1 comp2 1404", "net comp1 net1 1404", "net comp2 comp1 1400"]);
        }
        finally
        {
            await lab.HealAsync();
        }
    }

    [Fact]
    public async Task Mtu_TenantsNeedMore_NamesTheInterfaces()
    {
        LabFixture.SkipIfUnavailable();
        var (run, report) = await MtuAsync("--needs", "vxlan:1500");

        run.ExitCode.ShouldBe(1, run.Output);
        Commands.Steth.Rows(report.GetProperty("findings"), "id", "network").ShouldBe(["mtu-interface-too-small net"]);
    }

    [Fact]
    public async Task Mesh_StethIsKilled_NoReflectorStays()
    {
        LabFixture.SkipIfUnavailable();
        using var steth = await Commands.Steth.StartAsync(lab, "check", "mesh", "--count", "1000", "--interval", "1000", "--timeout", "60");
        (await UntilAsync(async () => await ListeningAsync("comp1") && await ListeningAsync("net1"))).ShouldBeTrue("the nodes never listened");

        steth.Kill();

        (await UntilAsync(async () => !await ListeningAsync("comp1") && !await ListeningAsync("net1"))).ShouldBeTrue("a reflector stayed");
    }

    private async Task<bool> ListeningAsync(string host) =>
        (await lab.ExecAsync(host, "cat", "/proc/net/udp")).Contains(":25E2 ", StringComparison.Ordinal); // 9698

    private static async Task<bool> UntilAsync(Func<Task<bool>> condition)
    {
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var tries = 0; tries < 600; tries++)
        {
            if (await condition())
                return true;
            await poll.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        return false;
    }
}
