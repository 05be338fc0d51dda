using System.Diagnostics;
using System.Text.Json;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Checks;

/// <summary><c>steth check bandwidth</c> on bare hosts, with real runs.</summary>
public class BandwidthCheckTests(BareLab lab) : IClassFixture<BareLab>
{
    /// <summary>Far below what a veth carries on a busy machine, far above the limit of the fault.</summary>
    private const string Least = "50M";

    private static readonly string[] Hosts = ["node-1", "node-2", "node-3"];

    [Fact]
    public async Task CheckBandwidth_OfAHealthyFabric_PassesWithoutAFinding()
    {
        LabFixture.SkipIfUnavailable();
        var (run, report) = await CheckAsync("--bandwidth-min", Least);

        run.ExitCode.ShouldBe(0, run.Output);
        report.GetProperty("findings").GetArrayLength().ShouldBe(0);
        report.GetProperty("unreachable").GetArrayLength().ShouldBe(0);
        Commands.Steth.Rows(report.GetProperty("results"), "from", "to", "network", "protocol", "state").ShouldBe(
        [
            "node-1 node-2 net TCP PASS", "node-1 node-3 net TCP PASS", "node-2 node-1 net TCP PASS",
            "node-2 node-3 net TCP PASS", "node-3 node-1 net TCP PASS", "node-3 node-2 net TCP PASS",
        ]);
        (await ServersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task CheckBandwidth_OfAPortThatIsLimited_FindsExactlyThat()
    {
        LabFixture.SkipIfUnavailable();
        (await lab.RunAsync("break", "fabric-port-rate-limited", "--host", "node-3")).MustWork();
        try
        {
            var (run, report) = await CheckAsync("--bandwidth-min", Least);

            run.ExitCode.ShouldBe(1, run.Output);
            var finding = report.GetProperty("findings").EnumerateArray().ShouldHaveSingleItem();
            finding.GetProperty("id").GetString().ShouldBe("bandwidth-low");
            finding.GetProperty("summary").GetString()!.ShouldStartWith("net: node-3 is slow when it receives, from node-1, node-2: ");
            finding.GetProperty("nodes").EnumerateArray().Select(node => node.GetString()).ShouldBe(["node-3"]);
            Commands.Steth.Rows(report.GetProperty("results"), "from", "to", "state").Where(row => row.EndsWith("FAIL", StringComparison.Ordinal))
                .ShouldBe(["node-1 node-3 FAIL", "node-2 node-3 FAIL"]);
        }
        finally
        {
            (await lab.RunAsync("heal")).MustWork();
        }
    }

    [Fact]
    public async Task CheckBandwidth_OfAShareOfVirtualLinks_IsUnknown()
    {
        LabFixture.SkipIfUnavailable();
        var (run, report) = await CheckAsync("--bandwidth-min", "80%", "--pairs", "node-1:node-2");

        run.ExitCode.ShouldBe(2, run.Output);
        report.GetProperty("findings").EnumerateArray().ShouldHaveSingleItem().GetProperty("id").GetString().ShouldBe("bandwidth-link-unknown");
    }

    [Fact]
    public async Task CheckBandwidth_OverUdp_TellsJitterAndLoss()
    {
        LabFixture.SkipIfUnavailable();
        var (run, report) = await CheckAsync("--udp", "5M", "--bandwidth-min", "1M", "--pairs", "node-1:node-2");

        run.ExitCode.ShouldBe(0, run.Output);
        foreach (var row in report.GetProperty("results").EnumerateArray())
        {
            row.GetProperty("protocol").GetString().ShouldBe("UDP");
            row.GetProperty("bits_per_second").GetDouble().ShouldBeInRange(1e6, 7e6);
            row.GetProperty("jitter_ms").ValueKind.ShouldBe(JsonValueKind.Number);
        }
    }

    [Fact]
    public async Task CheckBandwidth_Killed_LeavesNoServerBehind()
    {
        LabFixture.SkipIfUnavailable();
        using (var steth = await Commands.Steth.StartAsync(lab, "check", "bandwidth", "--network", "net", "--seconds", "60"))
        {
            await UntilAsync(async () => (await ServersAsync()).Count >= 3);
            steth.Kill();
            await steth.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await UntilAsync(async () => (await ServersAsync()).Count == 0);
    }

    private Task<(LabRun Run, JsonElement Answer)> CheckAsync(params string[] options) =>
        Commands.Steth.JsonAsync(lab, ["check", "bandwidth", "--network", "net", "--seconds", "1", "--timeout", "30", .. options]);

    /// <summary>The hosts' iperf processes, servers and clients.</summary>
    private async Task<IReadOnlyList<string>> ServersAsync() =>
        [.. (await Task.WhenAll(Hosts.Select(async host => (await lab.TryAsync(host, "pgrep", "-x", "iperf3")).Output))).SelectMany(
            output => output.Split('\n', StringSplitOptions.RemoveEmptyEntries))];

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromSeconds(60));
            await Task.Delay(100, TestContext.Current.CancellationToken); // another host's processes tell nobody when they come and go
        }
    }
}
