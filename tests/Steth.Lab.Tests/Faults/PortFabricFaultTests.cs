using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Faults;

/// <summary>The faults of the fabric on bare hosts: each breaks what it says, and healing brings back what was.</summary>
public class PortFabricFaultTests(BareLab lab) : IClassFixture<BareLab>
{
    [Theory]
    [InlineData("fabric-port-lacks-vlans", "250", "FAIL FAIL", "PASS PASS")]
    [InlineData("fabric-port-one-way", "305", "FAIL PASS", "PASS PASS")]
    public async Task Break_OfVlans_TakesThemAwayAtThatPortOnly(string fault, string vlan, string there, string elsewhere)
    {
        LabFixture.SkipIfUnavailable();
        var before = await SwitchAsync();
        (await lab.RunAsync("break", fault, "--host", "node-2")).MustWork();
        try
        {
            (await VlanAsync("node-2", "node-1", vlan)).ShouldBe(there);
            (await VlanAsync("node-2", "node-1", "100")).ShouldBe("PASS PASS");
            (await VlanAsync("node-3", "node-1", vlan)).ShouldBe(elsewhere);
        }
        finally
        {
            (await lab.RunAsync("heal")).MustWork();
        }
        (await SwitchAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Break_Mtu_StopsLargePacketsOnly()
    {
        LabFixture.SkipIfUnavailable();
        var before = await SwitchAsync();
        (await lab.RunAsync("break", "fabric-port-mtu")).MustWork();
        try
        {
            (await lab.TryAsync("node-1", "ping", "-c3", "-W2", "-i0.2", "-M", "do", "-s", "1372", "10.88.0.103")).ExitCode.ShouldBe(0);
            (await lab.TryAsync("node-1", "ping", "-c3", "-W1", "-i0.2", "-M", "do", "-s", "1400", "10.88.0.103")).ExitCode.ShouldBe(1);
            (await lab.TryAsync("node-1", "ping", "-c3", "-W2", "-i0.2", "-M", "do", "-s", "1472", "10.88.0.102")).ExitCode.ShouldBe(0);
        }
        finally
        {
            (await lab.RunAsync("heal")).MustWork();
        }
        (await SwitchAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Break_Loss_LosesSomeOfWhatTheHostIsSent()
    {
        LabFixture.SkipIfUnavailable();
        var before = await SwitchAsync();
        (await lab.RunAsync("break", "fabric-loss-to-host", "--host", "node-1")).MustWork();
        try
        {
            var run = await lab.TryAsync("node-2", "ping", "-c100", "-i0.01", "-W1", "-q", "10.88.0.101");
            run.Output.ShouldNotContain(" 0% packet loss");
            run.ExitCode.ShouldBe(0);
        }
        finally
        {
            (await lab.RunAsync("heal")).MustWork();
        }
        (await SwitchAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Break_ACloudsFault_IsRefused()
    {
        LabFixture.SkipIfUnavailable();
        (await lab.RunAsync("break", "fabric-trunk-lacks-vlans")).ShouldBe(new LabRun(1, "",
            $"steth-lab: fabric-trunk-lacks-vlans does not fit lab '{lab.Name}': it needs a cloud.\n"));
    }

    private async Task<string> VlanAsync(string one, string other, string vlan)
    {
        var (run, answer) = await Commands.Steth.JsonAsync(lab, "check-vlan-interface", one, other, "eth1", vlan);
        run.ExitCode.ShouldBeLessThan(2, run.Errors);
        return string.Join(' ', Commands.Steth.Rows(answer, "state"));
    }

    private Task<string> SwitchAsync() =>
        lab.ExecAsync("sw", "sh", "-c", "ip -o link | cut -d: -f2- | sed 's/@.*mtu/ mtu/;s/ state [A-Z]*//'; tc qdisc; nft -s list ruleset");
}
