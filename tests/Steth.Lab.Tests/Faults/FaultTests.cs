using System.Text.Json;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Faults;

/// <summary>Every fault breaks what it says, and healing brings back exactly what was.</summary>
[Collection(LabCollection.Name)]
public class FaultTests(LabFixture lab)
{
    [Fact]
    public async Task Faults_AsJson_AreTheCatalogue()
    {
        LabFixture.SkipIfUnavailable();
        using var faults = JsonDocument.Parse((await lab.RunAsync("faults", "-f", "json")).MustWork());

        faults.RootElement[0].EnumerateObject().Select(member => member.Name).ShouldBe(
            ["name", "cause", "host", "device", "port", "title", "diagnosed_host", "diagnosed_device", "fits", "symptoms", "check"]);
        faults.RootElement.EnumerateArray().Select(row => Text(row, "cause")).Where(cause => cause is not null).Distinct().Order().ShouldBe(
            ["D1", "D2", "D3", "D4", "D5", "D6", "F1", "F4", "I1", "I2", "I3", "I6", "M1", "M2", "M3", "Q1", "Q2", "Q4",
             "R1", "R2", "R3", "R5", "R6", "T1", "T2", "T3", "T4", "T6", "U1", "U2", "V1"]);
        faults.RootElement.EnumerateArray().Select(row => Text(row, "name")).ShouldBeUnique();
    }

    [Fact]
    public async Task Faults_OfTheFabric_NameACheckAndTheHostsTheyFit()
    {
        LabFixture.SkipIfUnavailable();
        using var faults = JsonDocument.Parse((await lab.RunAsync("faults", "-f", "json")).MustWork());
        var row = faults.RootElement.EnumerateArray().Single(row => Text(row, "name") == "fabric-trunk-lacks-vlans");

        (Text(row, "check"), Text(row, "host"), Text(row, "device"), Text(row, "cause"), Text(row, "port"))
            .ShouldBe(("vlan", "sw", "p-comp2", null, null));
        row.GetProperty("fits").EnumerateArray().Select(host => host.GetString()).ShouldBe(["net1", "comp1", "comp2"]);
        using var ofPort = JsonDocument.Parse((await lab.RunAsync("faults", "--port", "vm1", "-f", "json")).MustWork());
        ofPort.RootElement.EnumerateArray().ShouldAllBe(other => Text(other, "check") == null);
    }

    [Theory]
    [InlineData("V1-tap-down", "vm1", "comp1", "tap{0}", "comp1", "tap{0}")]
    [InlineData("I1-dead-tag", "vm3", "comp2", "tap{0}", "comp2", "tap{0}")]
    [InlineData("F1", "vm1", "sw", "p-comp1", "comp1", "eth1")]
    [InlineData("F1-network-node", "vm1", "sw", "p-net1", "net1", "eth1")]
    [InlineData("F4-nic-down", "vm6", "comp2", "eth2", "comp2", "eth2")]
    [InlineData("T1-tunnel-port-missing", "vm5", "comp1", "vxlan-0a58001f", "comp1", "vxlan-0a58001f")]
    [InlineData("T3-vxlan-filtered", "vm5", "sw", "u-comp1", "comp1", "eth2")]
    public async Task Faults_OfAPort_SayWhereTheyAreMadeAndWhereADiagnosisFindsThem(
        string name, string vm, string host, string device, string diagnosedHost, string diagnosedDevice)
    {
        LabFixture.SkipIfUnavailable();
        using var faults = JsonDocument.Parse((await lab.RunAsync("faults", "--port", vm, "-f", "json")).MustWork());
        var row = faults.RootElement.EnumerateArray().Single(row => Text(row, "name") == name);

        (Text(row, "host"), Text(row, "device"), Text(row, "diagnosed_host"), Text(row, "diagnosed_device"))
            .ShouldBe((host, Named(device), diagnosedHost, Named(diagnosedDevice)));
        row.GetProperty("fits").EnumerateArray().Select(fits => fits.GetString()).ShouldContain(vm);

        string Named(string text) => text.Replace("{0}", Port(vm).Short, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vm1", "no-ip no-gateway no-internet no-floating-ip no-metadata no-peer large-packets")]
    [InlineData("vm5", "no-ip no-gateway no-internet no-metadata no-peer large-packets")]
    [InlineData("vm8", "no-ip no-metadata no-peer large-packets")]
    public async Task Probe_InAHealthyLab_FindsEverythingWorking(string vm, string symptoms)
    {
        LabFixture.SkipIfUnavailable();
        var run = await lab.RunAsync("probe", "--port", vm, "-f", "json");
        using var rows = JsonDocument.Parse(run.Output);

        rows.RootElement.EnumerateArray().Select(row => $"{Text(row, "symptom")} {row.GetProperty("works")} {Text(row, "wrong")}")
            .ShouldBe(symptoms.Split(' ').Select(symptom => $"{symptom} True "));
        run.ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("V1-tap-down", "vm1", "vm2")]
    [InlineData("V1-tap-down", "vm3", "vm4")]
    [InlineData("Q1-qvb-off-bridge", "vm2", "vm1")]
    [InlineData("I1-wrong-tag", "vm4", "vm3")]
    [InlineData("I1-dead-tag", "vm2", "vm1")]
    [InlineData("I3-spoof-drop", "vm3", "vm4")]
    [InlineData("F4-nic-down", "vm1", "vm3")]
    [InlineData("F1", "vm1", "vm5")]
    [InlineData("T1-tunnel-port-missing", "vm5", "vm6")]
    [InlineData("T3-vxlan-filtered", "vm6", "vm3")]
    [InlineData("R3-dnat-missing", "vm1", "vm6")]
    public async Task Break_OfAPort_LeavesAnotherAlone(string fault, string vm, string unharmed)
    {
        LabFixture.SkipIfUnavailable();
        (await lab.RunAsync("break", fault, "--port", vm)).MustWork();
        try
        {
            (await lab.RunAsync("probe", "--port", vm)).ExitCode.ShouldBe(1);
            (await Probes.PingsAgainAsync(lab, await Probes.RouterAsync(lab), Port(unharmed).Ip)).ShouldBeTrue();
        }
        finally
        {
            (await lab.RunAsync("heal", fault)).MustWork();
        }
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
    [InlineData("Q1-tap-off-bridge", "vm3", "does not fit vm3: it fits vm1, vm2, vm5, vm7.")]
    [InlineData("F1", "vm9", "The lab has no VM port 'vm9'")]
    public async Task Break_WhatCannotBe_IsRefused(string fault, string vm, string reason)
    {
        LabFixture.SkipIfUnavailable();
        var run = await lab.RunAsync("break", fault, "--port", vm);

        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldContain(reason);
    }

    [Theory]
    [InlineData("fabric-nic-down", "--host", "ctl", "fabric-nic-down does not fit ctl: it fits net1, comp1, comp2.")]
    [InlineData("fabric-nic-down", "--host", "comp9", "The lab has no host 'comp9'")]
    [InlineData("fabric-nic-down", "--port", "vm1", "fabric-nic-down is a fault of the fabric: it takes --host, not --port.")]
    [InlineData("V1-tap-down", "--host", "comp1", "V1-tap-down is a fault of a VM's network: it takes --port, not --host.")]
    [InlineData("fabric-moon", "--host", "comp1", "There is no fault 'fabric-moon'")]
    public async Task Break_OfTheFabric_ThatCannotBe_IsRefused(string fault, string option, string value, string reason)
    {
        LabFixture.SkipIfUnavailable();
        var run = await lab.RunAsync("break", fault, option, value);

        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldContain(reason);
    }

    [Fact]
    public async Task Break_OfTheFabric_SaysWhereAndHealsByName()
    {
        LabFixture.SkipIfUnavailable();
        (await lab.RunAsync("break", "fabric-trunk-lacks-vlans", "--host", "comp1")).Errors
            .ShouldBe("made fabric-trunk-lacks-vlans at p-comp1 on sw: the switch's trunk to the host lacks VLANs 103-104\n");
        (await lab.RunAsync("break", "fabric-trunk-lacks-vlans")).Errors.ShouldContain("fabric-trunk-lacks-vlans is made already");
        (await lab.RunAsync("faults")).Output.ShouldMatch("fabric-trunk-lacks-vlans +sw +p-comp1 +net1 comp1 comp2 +check vlan +yes");

        (await lab.RunAsync("heal", "fabric-trunk-lacks-vlans")).Errors.ShouldBe("healed fabric-trunk-lacks-vlans\n");
    }

    [Fact]
    public async Task Heal_UnknownFault_IsRefusedAsSuch()
    {
        LabFixture.SkipIfUnavailable();
        (await lab.RunAsync("heal", "Z9")).Errors.ShouldContain("There is no fault 'Z9'");
    }

    private LabPort Port(string vm) => lab.Ports.Single(port => port.Name == vm);

    private static string? Text(JsonElement row, string member) => row.GetProperty(member).GetString();
}
