using System.Text.Json;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests;

/// <summary>Every fault breaks what it says, and healing brings back exactly what was.</summary>
[Collection(LabCollection.Name)]
public class FaultTests(LabFixture lab)
{
    [Fact]
    public async Task Faults_AsJson_AreTheCatalogue()
    {
        LabFixture.SkipIfUnavailable();
        using var faults = JsonDocument.Parse((await lab.RunAsync("faults", "-f", "json")).MustWork());

        faults.RootElement[0].EnumerateObject().Select(member => member.Name).ShouldBe(["name", "cause", "host", "device", "port"]);
        faults.RootElement.EnumerateArray().Select(row => (
            Text(row, "name"), Text(row, "cause"), Text(row, "host"), Text(row, "port"))).ShouldBe(
        [
            ("V1-tap-down", "V1", "comp1", lab.Ports[0].Id),
            ("Q1-tap-off-bridge", "Q1", "comp1", lab.Ports[0].Id),
            ("Q1-qvb-off-bridge", "Q1", "comp1", lab.Ports[0].Id),
            ("I1-wrong-tag", "I1", "comp1", lab.Ports[0].Id),
            ("I1-dead-tag", "I1", "comp1", lab.Ports[0].Id),
            ("F4-nic-down", "F4", "comp1", lab.Ports[0].Id),
            ("F1", "F1", "sw", lab.Ports[0].Id),
            ("F1-network-node", "F1", "sw", null),
            ("F4-nic-down-network-node", "F4", "net1", null),
            ("D1-dnsmasq-dead", "D1", "net1", null),
        ]);
    }

    [Theory]
    [InlineData("V1-tap-down", "vm1", "vm2")]
    [InlineData("V1-tap-down", "vm3", "vm4")]
    [InlineData("Q1-tap-off-bridge", "vm1", "vm2")]
    [InlineData("Q1-qvb-off-bridge", "vm2", "vm1")]
    [InlineData("I1-wrong-tag", "vm1", "vm3")]
    [InlineData("I1-wrong-tag", "vm4", "vm3")]
    [InlineData("I1-dead-tag", "vm2", "vm1")]
    [InlineData("I1-dead-tag", "vm3", "vm4")]
    [InlineData("F4-nic-down", "vm1", "vm3")]
    [InlineData("F1", "vm1", "vm3")]
    [InlineData("F1", "vm4", "vm2")]
    [InlineData("F1-network-node", "vm1", null)]
    [InlineData("F4-nic-down-network-node", "vm3", null)]
    public async Task Break_ThenHeal_StopsTheVmAloneAndBringsItBack(string fault, string vm, string? unharmed)
    {
        LabFixture.SkipIfUnavailable();
        var router = await Probes.RouterAsync(lab);
        var before = await SnapshotAsync();

        (await lab.RunAsync("break", fault, "--port", vm)).MustWork();
        try
        {
            (await Probes.PingsAsync(lab, router, Port(vm).Ip, seconds: 1)).ShouldBeFalse();
            if (unharmed is not null)
                (await Probes.PingsAsync(lab, router, Port(unharmed).Ip)).ShouldBeTrue();
        }
        finally
        {
            (await lab.RunAsync("heal", fault)).MustWork();
        }

        (await SnapshotAsync()).ShouldBe(before);
        (await Probes.PingsAgainAsync(lab, router, Port(vm).Ip)).ShouldBeTrue();
    }

    [Fact]
    public async Task DnsmasqDead_ThenHealed_StopsLeasesAndBringsThemBack()
    {
        LabFixture.SkipIfUnavailable();
        (await lab.RunAsync("break", "D1-dnsmasq-dead")).MustWork();
        try
        {
            (await Probes.LeasesAsync(lab, Port("vm3"), TimeSpan.FromSeconds(1))).ShouldBeFalse();
            (await Probes.PingsAsync(lab, await Probes.RouterAsync(lab), Port("vm3").Ip)).ShouldBeTrue();
        }
        finally
        {
            (await lab.RunAsync("heal")).MustWork();
        }
        (await Probes.LeasesAsync(lab, Port("vm3"))).ShouldBeTrue();
        (await Probes.LeasesAsync(lab, Port("vm1"))).ShouldBeTrue();
    }

    [Fact]
    public async Task Break_Twice_IsRefused_AndHealUndoesAll()
    {
        LabFixture.SkipIfUnavailable();
        (await lab.RunAsync("break", "I1-dead-tag", "--port", Port("vm2").Id)).Errors
            .ShouldBe($"made I1-dead-tag at qvo{Port("vm2").Short} on comp1: the port has the dead VLAN on br-int\n");
        (await lab.RunAsync("break", "V1-tap-down", "--port", "vm4")).ExitCode.ShouldBe(0);
        (await lab.RunAsync("break", "I1-dead-tag")).Errors.ShouldMatch("^steth-lab: I1-dead-tag is made already: undo it with `steth-lab heal I1-dead-tag --name [a-z0-9-]+` first.\n$");
        (await lab.RunAsync("status")).Output.ShouldEndWith("broken: I1-dead-tag, V1-tap-down\n");

        (await lab.RunAsync("heal")).Errors.ShouldBe("healed V1-tap-down, I1-dead-tag\n");
        (await lab.RunAsync("heal", "I1-dead-tag")).ExitCode.ShouldBe(1);
        (await lab.RunAsync("heal")).ShouldBe(new LabRun(0, "", "nothing is broken\n"));
    }

    [Theory]
    [InlineData("Z9", "vm1", "There is no fault 'Z9'")]
    [InlineData("Q1-tap-off-bridge", "vm3", "does not fit vm3")]
    [InlineData("F1", "vm9", "The lab has no VM port 'vm9'")]
    public async Task Break_WhatCannotBe_IsRefused(string fault, string vm, string reason)
    {
        LabFixture.SkipIfUnavailable();
        var run = await lab.RunAsync("break", fault, "--port", vm);

        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldContain(reason);
    }

    [Fact]
    public async Task Heal_UnknownFault_IsRefusedAsSuch()
    {
        LabFixture.SkipIfUnavailable();
        (await lab.RunAsync("heal", "Z9")).Errors.ShouldContain("There is no fault 'Z9'");
    }

    private LabPort Port(string vm) => lab.Ports.Single(port => port.Name == vm);

    private static string? Text(JsonElement row, string member) => row.GetProperty(member).GetString();

    private async Task<string> SnapshotAsync()
    {
        var parts = new List<string>();
        foreach (var host in (string[])["sw", "net1", "comp1", "comp2"])
        {
            parts.Add(await lab.ExecAsync(host, "sh", "-c",
                "ip -o link | cut -d' ' -f2- | sed 's/ state [A-Z]*//'; ovs-vsctl --columns=name,tag,trunks,other_config list Port | sort"));
        }
        return string.Join('\n', parts);
    }
}
