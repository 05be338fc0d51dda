using System.Text.Json;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests;

/// <summary>Bare hosts: `up --nodes N`.</summary>
public class BareLabTests(BareLab lab) : IClassFixture<BareLab>
{
    [Fact]
    public async Task Status_OfBareHosts_HasTheHostsAndNoPorts()
    {
        LabFixture.SkipIfUnavailable();
        using var status = JsonDocument.Parse((await lab.RunAsync("status", "-f", "json")).MustWork());

        Commands.Steth.Rows(status.RootElement.GetProperty("hosts"), "name", "address").ShouldBe(
            ["ctl 10.77.0.10", "node-1 10.77.0.101", "node-2 10.77.0.102", "node-3 10.77.0.103"]);
        status.RootElement.GetProperty("ports").GetArrayLength().ShouldBe(0);
        (await lab.RunAsync("status")).Output.ShouldEndWith("node-3  10.77.0.103\n");
    }

    [Fact]
    public async Task Env_OfBareHosts_NamesTheirAddressesOnTheFabric()
    {
        LabFixture.SkipIfUnavailable();
        (await lab.EnvironmentAsync())["STETH_CONFIG"].ShouldBe(lab.ConfigFile);
        (await lab.ExecAsync("node-2", "cat", lab.ConfigFile)).Split('\n')[1..].ShouldBe(
        [
            $"tls = {Path.GetDirectoryName(lab.ConfigFile)}/operator",
            "[nodes]",
            "ctl = mgmt:10.77.0.10",
            "node-1 = mgmt:10.77.0.101, net:10.88.0.101",
            "node-2 = mgmt:10.77.0.102, net:10.88.0.102",
            "node-3 = mgmt:10.77.0.103, net:10.88.0.103",
            "",
        ]);
    }

    [Fact]
    public async Task Agents_OfBareHosts_Answer()
    {
        LabFixture.SkipIfUnavailable();
        var (run, answer) = await Commands.Steth.JsonAsync(lab, "agents", "--timeout", "60");

        run.ExitCode.ShouldBe(0, run.Errors);
        Commands.Steth.Rows(answer, "name").ShouldBe(["ctl", "node-1", "node-2", "node-3"]);
    }

    [Fact]
    public async Task Host_WithItsName_HasTwoNicsAndNoOpenVswitch()
    {
        LabFixture.SkipIfUnavailable();
        (await lab.RunAsync("exec", "node-3", "--", "hostname")).MustWork().ShouldBe("node-3\n");
        (await lab.ExecAsync("node-3", "ls", "/sys/class/net")).ShouldBe("eth0\neth1\nlo\n");
        (await lab.TryAsync("node-3", "ovs-vsctl", "--timeout=1", "show")).ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("node-1", "10.88.0.102")]
    [InlineData("node-3", "10.88.0.101")]
    [InlineData("node-2", "10.77.0.103")]
    [InlineData("node-2", "127.0.0.1")]
    public async Task Ping_BetweenBareHosts_IsAnswered(string from, string to)
    {
        LabFixture.SkipIfUnavailable();
        (await lab.ExecAsync(from, "ping", "-c1", "-W5", to)).ShouldContain(" 0% packet loss");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("4094")]
    public async Task Fabric_OfBareHosts_CarriesEveryVlan(string vlan)
    {
        LabFixture.SkipIfUnavailable();
        var (run, answer) = await Commands.Steth.JsonAsync(lab, "check-vlan-interface", "node-1", "node-3", "eth1", vlan);

        run.ExitCode.ShouldBe(0, run.Errors);
        Commands.Steth.Rows(answer, "from", "to", "state").ShouldBe(["node-1 node-3 PASS", "node-3 node-1 PASS"]);
    }

    [Fact]
    public async Task FaultsOfVms_OnBareHosts_AreNotOffered()
    {
        LabFixture.SkipIfUnavailable();
        (await lab.RunAsync("break", "F1")).ShouldBe(new LabRun(1, "",
            $"steth-lab: F1 breaks a VM's network, and lab '{lab.Name}' has bare hosts only.\n"));
        (await lab.RunAsync("probe")).ShouldBe(new LabRun(1, "",
            $"steth-lab: Lab '{lab.Name}' has no VM port 'vm1': it has bare hosts only.\n"));
        (await lab.RunAsync("exec", "net1", "--", "true")).Errors.ShouldBe(
            "steth-lab: The lab has no host 'net1': it has ctl, node-1, node-2, node-3, sw.\n");
    }
}
