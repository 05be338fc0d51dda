using System.Text.Json;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Commands;

/// <summary>The commands that only look.</summary>
[Collection(CommandCollection.Name)]
public class FactCommandTests(LabFixture lab)
{
    [Theory]
    [InlineData("agents")]
    [InlineData("print-agents-info")]
    public async Task Agents_AllUp_AreListedInTheConfigurationsOrder(string command)
    {
        LabFixture.SkipIfUnavailable();
        var (run, answer) = await Steth.JsonAsync(lab, command);

        run.ExitCode.ShouldBe(0, run.Errors);
        Steth.Keys(answer[0]).ShouldBe(["name", "address", "status", "version", "rtt_ms", "reason", "mgmt", "net", "storage"]);
        Steth.Rows(answer, "name", "address", "status", "net").ShouldBe(
            ["ctl 10.77.0.10 up ", "net1 10.77.0.31 up 10.88.0.31", "comp1 10.77.0.21 up 10.88.0.21", "comp2 10.77.0.22 up 10.88.0.22"]);
        answer[0].GetProperty("net").ValueKind.ShouldBe(JsonValueKind.Null);
        answer[0].GetProperty("rtt_ms").GetDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Ports_AreThoseOfTheLab()
    {
        LabFixture.SkipIfUnavailable();
        var (run, answer) = await Steth.JsonAsync(lab, "ports");

        run.ExitCode.ShouldBe(0, run.Errors);
        Steth.Rows(answer, "id", "mac", "host", "plug").Order()
            .ShouldBe(lab.Ports.Select(p => $"{p.Id} {p.Mac} {p.Host} {p.Plug}").Order());
    }

    [Fact]
    public async Task GetInterface_OnACompute_ShowsAddressAndState()
    {
        LabFixture.SkipIfUnavailable();
        var (run, answer) = await Steth.JsonAsync(lab, "get-interface", "comp1", "eth0");

        run.ExitCode.ShouldBe(0, run.Errors);
        answer.GetProperty("name").GetString().ShouldBe("eth0");
        answer.GetProperty("state").GetString().ShouldBe("UP");
        answer.GetProperty("inet").GetString().ShouldBe("10.77.0.21");
        answer.GetProperty("netmask").GetString().ShouldBe("255.255.255.0");
    }

    [Fact]
    public async Task Interfaces_OnACompute_KnowTheirOvsBridge()
    {
        LabFixture.SkipIfUnavailable();
        var (run, answer) = await Steth.JsonAsync(lab, "interfaces", "comp1");

        run.ExitCode.ShouldBe(0, run.Errors);
        answer.EnumerateArray().Single(i => i.GetProperty("name").GetString() == "eth1").GetProperty("ovs_bridge").GetString().ShouldBe("br-ex");
    }

    [Theory]
    [InlineData("eth1", true, 0)]
    [InlineData("eth9", false, 1)]
    public async Task CheckPortsOnBr_TellsWhetherAPortIsThere(string port, bool exists, int exitCode)
    {
        LabFixture.SkipIfUnavailable();
        var (run, answer) = await Steth.JsonAsync(lab, "check-ports-on-br", "comp1", "br-ex", port);

        run.ExitCode.ShouldBe(exitCode, run.Errors);
        answer[0].GetProperty("port").GetString().ShouldBe(port);
        answer[0].GetProperty("exists").GetBoolean().ShouldBe(exists);
    }

    [Fact]
    public async Task Ping_OneSilentTarget_IsItsOwnRow()
    {
        LabFixture.SkipIfUnavailable();
        var (run, answer) = await Steth.JsonAsync(lab, "ping", "comp1", "10.77.0.31,10.77.0.99", "--count", "2", "--timeout", "1");

        run.ExitCode.ShouldBe(1, run.Errors);
        Steth.Keys(answer[0]).ShouldBe(["destination", "sent", "received", "loss_percent", "rtt_avg_ms", "reason"]);
        Steth.Rows(answer, "destination", "sent", "received", "loss_percent").ShouldBe(["10.77.0.31 2 2 0", "10.77.0.99 2 0 100"]);
    }

    [Theory]
    [InlineData(64, "get-interface", "comp9", "eth0")]
    [InlineData(64, "check-vlan-interface", "comp1", "net1", "eth1", "4095")]
    [InlineData(64, "check-dhcp-on-comp", "not-a-port", "eth1", "vlan")]
    [InlineData(1, "get-interface", "comp1", "nope")]
    [InlineData(2, "check-vlan-interface", "comp1", "ctl", "eth1", "101")]
    [InlineData(69, "get-interface", "10.77.0.10:1", "eth0")]
    public async Task BadInput_IsOneSentenceAndItsExitCode(int exitCode, params string[] arguments)
    {
        LabFixture.SkipIfUnavailable();
        var run = await Steth.RunAsync(lab, arguments);

        run.ExitCode.ShouldBe(exitCode, run.Errors);
        (run.Errors + run.Output).ShouldNotBeEmpty();
        run.Errors.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Ports_IntoAClosedPipe_EndQuietly()
    {
        LabFixture.SkipIfUnavailable();
        using var process = await Steth.StartAsync(lab, "ports", "-f", "value");
        process.StandardOutput.Close();
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        errors.ShouldBeEmpty();
    }
}
