using System.Text.Json;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Commands;

/// <summary>A half dead cloud: the agent of comp2 is gone. Has a lab of its own.</summary>
public class DeadAgentTests(LabFixture lab) : IClassFixture<LabFixture>
{
    [Fact]
    public async Task DeadAgent_CostsItsOwnRowsOnly()
    {
        LabFixture.SkipIfUnavailable();
        // The number is the one of comp2's own process namespace.
        var agent = (await lab.ExecAsync("comp2", "pidof", "steth-agent")).Trim();
        await lab.ExecAsync("comp2", "kill", "-9", agent);

        var (agents, rows) = await Steth.JsonAsync(lab, "agents");
        agents.ExitCode.ShouldBe(1, agents.Errors);
        Steth.Rows(rows, "name", "status").ShouldBe(["ctl up", "net1 up", "comp1 up", "comp2 down"]);
        rows[3].GetProperty("rtt_ms").ValueKind.ShouldBe(JsonValueKind.Null);
        rows[3].GetProperty("reason").GetString().ShouldBe("No agent listens on 10.77.0.22:9698: is steth-agent running there?");

        var (vlan, directions) = await Steth.JsonAsync(lab, "check-vlan-interface", "comp1", "comp2", "eth1", "101");
        vlan.ExitCode.ShouldBe(2, vlan.Errors);
        Steth.Rows(directions, "state").ShouldBe(["UNKNOWN", "UNKNOWN"]);

        var ports = await Steth.RunAsync(lab, "ports", "-f", "value", "-c", "id");
        ports.ExitCode.ShouldBe(2, ports.Errors);
        ports.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order()
            .ShouldBe(lab.Ports.Where(p => p.Host == "comp1").Select(p => p.Id).Order());
        ports.Errors.ShouldContain("comp2");

        var healthy = await Steth.RunAsync(lab, "check-dhcp-on-comp", lab.Ports.First(p => p.Host == "comp1").Id, "eth1", "vlan");
        healthy.ExitCode.ShouldBe(0, healthy.Errors);
        var lost = await Steth.RunAsync(lab, "check-dhcp-on-comp", lab.Ports.First(p => p.Host == "comp2").Id, "eth1", "vlan");
        lost.ExitCode.ShouldBe(2, lost.Errors);
        lost.Errors.ShouldContain("comp2");

        (await Steth.RunAsync(lab, "get-interface", "comp2", "eth0")).ExitCode.ShouldBe(69);
    }
}
