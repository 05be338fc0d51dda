using System.Text.Json;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests;

[Collection(LabCollection.Name)]
public class StatusTests(LabFixture lab)
{
    [Fact]
    public async Task Status_AsJson_HasTheHostsAndTheVmPorts()
    {
        LabFixture.SkipIfUnavailable();
        using var status = JsonDocument.Parse((await lab.RunAsync("status", "-f", "json")).MustWork());

        status.RootElement.EnumerateObject().Select(member => member.Name).ShouldBe(["hosts", "ports"]);
        status.RootElement.GetProperty("hosts").GetRawText().Replace("\n", "").Replace(" ", "").ShouldBe(
            """[{"name":"ctl","address":"10.77.0.10"},{"name":"net1","address":"10.77.0.31"},"""
            + """{"name":"comp1","address":"10.77.0.21"},{"name":"comp2","address":"10.77.0.22"}]""");
        var port = status.RootElement.GetProperty("ports")[0];
        port.EnumerateObject().Select(member => member.Name)
            .ShouldBe(["id", "name", "mac", "ip", "host", "network", "network_type", "plug"]);
        lab.Ports.Select(port => (port.Name, port.Ip, port.Host, port.Network, port.NetworkType, port.Plug)).ShouldBe(
        [
            ("vm1", "192.168.101.11", "comp1", "vnet", "vlan", "hybrid"),
            ("vm2", "192.168.101.12", "comp1", "vnet", "vlan", "hybrid"),
            ("vm3", "192.168.101.13", "comp2", "vnet", "vlan", "native"),
            ("vm4", "192.168.101.14", "comp2", "vnet", "vlan", "native"),
            ("vm5", "10.10.0.15", "comp1", "tnet", "vxlan", "hybrid"),
            ("vm6", "10.10.0.16", "comp2", "tnet", "vxlan", "native"),
            ("vm7", "192.168.50.17", "comp1", "fnet", "flat", "hybrid"),
            ("vm8", "192.168.50.18", "comp2", "fnet", "flat", "native"),
        ]);
    }

    [Fact]
    public async Task Env_OfALab_NamesItsConfigurationAndTheControllersNetwork()
    {
        LabFixture.SkipIfUnavailable();
        var environment = await lab.EnvironmentAsync();

        environment.Keys.ShouldBe(["STETH_CONFIG", "STETH_NETNS"]);
        environment["STETH_CONFIG"].ShouldBe(lab.ConfigFile);
        File.ResolveLinkTarget(environment["STETH_NETNS"], returnFinalTarget: false)!.Name
            .ShouldBe((await lab.ExecAsync("ctl", "readlink", "/proc/self/ns/net")).Trim());
        (await File.ReadAllLinesAsync(lab.ConfigFile, TestContext.Current.CancellationToken)).Skip(1).ShouldBe(
        [
            $"tls = {Path.GetDirectoryName(lab.ConfigFile)}/operator",
            "[nodes]",
            "ctl = mgmt:10.77.0.10",
            "net1 = mgmt:10.77.0.31, net:10.88.0.31, storage:10.99.0.31",
            "comp1 = mgmt:10.77.0.21, net:10.88.0.21, storage:10.99.0.21",
            "comp2 = mgmt:10.77.0.22, net:10.88.0.22, storage:10.99.0.22",
        ]);
    }

    [Fact]
    public async Task Exec_OnAHost_HasItsNameItsConfigurationAndTheCommandsExitCode()
    {
        LabFixture.SkipIfUnavailable();
        (await lab.ExecAsync("comp2", "hostname")).ShouldBe("comp2\n");
        (await lab.ExecAsync("ctl", "cat", lab.ConfigFile)).ShouldBe(await File.ReadAllTextAsync(lab.ConfigFile, TestContext.Current.CancellationToken));
        (await lab.RunAsync("exec", "comp1", "--", "sh", "-c", "exit 7")).ExitCode.ShouldBe(7);
        (await lab.RunAsync("exec", "comp9", "--", "true")).ShouldBe(new LabRun(1, "",
            "steth-lab: The lab has no host 'comp9': it has ctl, net1, comp1, comp2, sw, ext.\n"));
    }

    [Fact]
    public async Task Up_OfALabThatIsThere_IsRefused()
    {
        LabFixture.SkipIfUnavailable();
        var run = await lab.RunAsync("up");

        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldBe($"steth-lab: Lab '{lab.Name}' is there already, whole or in part: `steth-lab down --name {lab.Name}` first.\n");
    }

    [Theory]
    [InlineData("status", "-f", "json")]
    [InlineData("env")]
    [InlineData("faults")]
    [InlineData("heal")]
    [InlineData("break", "F1")]
    public async Task Command_WithoutALab_SaysSoAndExits1(params string[] command)
    {
        var run = await LabProgram.RunAsync([.. command, "--name", "nowhere"]);

        run.ShouldBe(new LabRun(1, "", "steth-lab: There is no lab 'nowhere': bring it up with `steth-lab up --name nowhere`.\n"));
    }

    [Theory]
    [InlineData("fly")]
    [InlineData("status", "-f", "yaml")]
    [InlineData("break")]
    [InlineData("up", "--nodes", "0")]
    [InlineData("up", "--nodes", "151")]
    [InlineData("up", "--nodes", "many")]
    public async Task Command_WrittenWrongly_Exits64(params string[] command) => (await LabProgram.RunAsync(command)).ExitCode.ShouldBe(64);

    [Fact]
    public async Task Up_WithoutAnAgent_SaysWhichIsMissing()
    {
        var run = await LabProgram.RunAsync("up", "--name", "nowhere", "--agent", "/nonexistent/steth-agent");

        run.ShouldBe(new LabRun(1, "", "steth-lab: There is no steth-agent at /nonexistent/steth-agent: build it, or name another with --agent.\n"));
    }
}
