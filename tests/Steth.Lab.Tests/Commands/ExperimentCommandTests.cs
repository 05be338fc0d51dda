using Steth.Lab.Tests.Labs;
using Steth.Packets.Decoding;
using Steth.Packets.Pcap;

namespace Steth.Lab.Tests.Commands;

/// <summary>The commands that send packets or change a host.</summary>
[Collection(CommandCollection.Name)]
public class ExperimentCommandTests(LabFixture lab)
{
    [Fact]
    public async Task CheckVlanInterface_AllowedVlan_PassesBothWays()
    {
        LabFixture.SkipIfUnavailable();
        var (run, answer) = await Steth.JsonAsync(lab, "check-vlan-interface", "comp1", "net1", "eth1", "101");

        run.ExitCode.ShouldBe(0, run.Errors);
        Steth.Keys(answer[0]).ShouldBe(["vlan_id", "from", "to", "state", "reason"]);
        Steth.Rows(answer, "vlan_id", "from", "to", "state").ShouldBe(["101 comp1 net1 PASS", "101 net1 comp1 PASS"]);
    }

    [Fact]
    public async Task CheckVlanInterface_Verbose_SaysHowItWasProved()
    {
        LabFixture.SkipIfUnavailable();
        var (run, _) = await Steth.JsonAsync(lab, "check-vlan-interface", "comp1", "net1", "eth1", "101", "-v");

        run.Errors.ShouldContain("comp1: tagged probes were crafted on eth1, because no VLAN device could be made: ");
    }

    [Fact]
    public async Task CheckVlanInterface_VlanOffTheTrunk_FailsBothWays()
    {
        LabFixture.SkipIfUnavailable();
        var (run, answer) = await Steth.JsonAsync(lab, "check-vlan-interface", "comp1", "net1", "eth1", "199");

        run.ExitCode.ShouldBe(1, run.Errors);
        Steth.Rows(answer, "from", "to", "state").ShouldBe(["comp1 net1 FAIL", "net1 comp1 FAIL"]);
        answer[0].GetProperty("reason").GetString()!.ShouldStartWith("left comp1 eth1 tagged 199, never reached net1 eth1");
    }

    [Fact]
    public async Task CheckVlanInterface_DroppedOneWay_NamesTheDirection()
    {
        LabFixture.SkipIfUnavailable();
        await lab.ExecAsync("sw", "ovs-ofctl", "add-flow", "phys", "priority=100,in_port=p-comp2,dl_vlan=103,actions=drop");
        try
        {
            var (run, answer) = await Steth.JsonAsync(lab, "check-vlan-interface", "comp2", "net1", "eth1", "103");

            run.ExitCode.ShouldBe(1, run.Errors);
            Steth.Rows(answer, "from", "to", "state").ShouldBe(["comp2 net1 FAIL", "net1 comp2 PASS"]);
        }
        finally
        {
            await lab.ExecAsync("sw", "ovs-ofctl", "--strict", "del-flows", "phys", "priority=100,in_port=p-comp2,dl_vlan=103");
        }
    }

    [Fact]
    public async Task CheckIperf_OverTheStorageNetwork_MeasuresTcp()
    {
        LabFixture.SkipIfUnavailable();
        var (run, answer) = await Steth.JsonAsync(lab, "check-iperf", "comp1", "comp2", "--iperf_server_type", "storage", "--client_timeout", "1");

        run.ExitCode.ShouldBe(0, run.Errors);
        Steth.Keys(answer[0]).ShouldBe(["network", "protocol", "bits_per_second", "retransmits", "jitter_ms", "loss_percent"]);
        Steth.Rows(answer, "network", "protocol").ShouldBe(["storage TCP"]);
        answer[0].GetProperty("bits_per_second").GetDouble().ShouldBeGreaterThan(1e6);
    }

    [Fact]
    public async Task CheckIperf_UdpAtARate_KeepsTheRate()
    {
        LabFixture.SkipIfUnavailable();
        var (run, answer) = await Steth.JsonAsync(lab, "check-iperf", "comp1", "comp2", "--iperf_server_type", "mgmt",
            "--server_protocol", "UDP", "--client_protocol", "UDP", "--client_bandwidth", "5M", "--client_timeout", "2");

        run.ExitCode.ShouldBe(0, run.Errors);
        answer[0].GetProperty("protocol").GetString().ShouldBe("UDP");
        answer[0].GetProperty("bits_per_second").GetDouble().ShouldBeInRange(3e6, 6e6);
        answer[0].GetProperty("jitter_ms").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public async Task CheckIperf_ControllerKilled_TheServerEndsByItself()
    {
        LabFixture.SkipIfUnavailable();
        using (var process = await Steth.StartAsync(lab, "check-iperf", "comp1", "comp2", "--iperf_server_type", "storage", "--server_port", "5099",
            "--client_port", "5099", "--client_timeout", "120"))
        {
            await UntilAsync(lab, listening: true, TimeSpan.FromSeconds(30));
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        await UntilAsync(lab, listening: false, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task SetupLink_AddsAnAddressAndKeepsTheOthers()
    {
        LabFixture.SkipIfUnavailable();
        try
        {
            (await Steth.RunAsync(lab, "setup-link", "comp2", "eth3", "192.0.2.5/24")).ExitCode.ShouldBe(0);
            var addresses = await lab.ExecAsync("comp2", "ip", "-br", "address", "show", "eth3");
            addresses.ShouldContain("10.99.0.22/24");
            addresses.ShouldContain("192.0.2.5/24");
            // The NIC is in use: the change is a lease until steth has confirmed it.
            (await lab.TryAsync("comp2", "sh", "-c", "ls /run/steth/*.leases 2>/dev/null")).Output.ShouldBeEmpty();
        }
        finally
        {
            await lab.TryAsync("comp2", "ip", "address", "delete", "192.0.2.5/24", "dev", "eth3");
        }
    }

    [Theory]
    [InlineData("setup-link", "comp1", "eth0", "192.0.2.5/24")]
    [InlineData("teardown-link", "comp1", "eth0")]
    [InlineData("teardown-link", "comp1", "eth1")]
    [InlineData("add-vlan-to-interface", "comp1", "eth1", "105")]
    public async Task DangerousChange_IsRefusedWithItsReason(params string[] arguments)
    {
        LabFixture.SkipIfUnavailable();
        var before = await lab.ExecAsync("comp1", "ip", "-br", "address");
        var run = await Steth.RunAsync(lab, arguments);

        run.ExitCode.ShouldBe(1, run.Errors);
        run.Errors.ShouldNotBeEmpty();
        (await lab.ExecAsync("comp1", "ip", "-br", "address")).ShouldBe(before);
    }

    [Fact]
    public async Task TeardownLink_OfAVirtualInterface_DeletesIt()
    {
        LabFixture.SkipIfUnavailable();
        await lab.ExecAsync("comp2", "ip", "link", "add", "br-steth", "type", "bridge");
        var refused = await Steth.RunAsync(lab, "teardown-link", "comp2", "br-steth");
        refused.ExitCode.ShouldBe(1);
        refused.Errors.ShouldContain("was not made by an agent of steth");
        (await Steth.RunAsync(lab, "teardown-link", "comp2", "br-steth", "--force")).ExitCode.ShouldBe(0);
        (await lab.TryAsync("comp2", "ip", "link", "show", "br-steth")).ExitCode.ShouldNotBe(0);
    }

    [Fact]
    public async Task Capture_IntoAFile_HoldsTheFramesOfTheNic()
    {
        LabFixture.SkipIfUnavailable();
        var file = Path.Combine(Path.GetTempPath(), $"{lab.Name}.pcapng");
        try
        {
            using (var process = await Steth.StartAsync(lab, "capture", "net1", "eth1", "arp or (vlan and arp)", "--seconds", "60", "--count", "1", "-w", file))
            {
                var router = await Probes.RouterAsync(lab);
                var ending = process.WaitForExitAsync(TestContext.Current.CancellationToken);
                while (!ending.IsCompleted)
                {
                    await lab.TryAsync("net1", "ip", "netns", "exec", router, "ip", "neigh", "flush", "all");
                    await Probes.PingsAsync(lab, router, lab.Ports[0].Ip, seconds: 1);
                    await Task.WhenAny(ending, Task.Delay(500, TestContext.Current.CancellationToken));
                }
                process.ExitCode.ShouldBe(0, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            }
            var capture = PcapFile.Read(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            capture.Interfaces[0].Name.ShouldBe("net1:eth1");
            FrameDecoder.Decode(capture.Frames.Single().Data.Span).Summary.ShouldContain("vlan 101 ARP");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task UntilAsync(LabFixture lab, bool listening, TimeSpan patience)
    {
        var until = DateTime.UtcNow + patience;
        while ((await lab.ExecAsync("comp1", "ss", "-Hltn", "sport = :5099")).Length > 0 != listening)
        {
            DateTime.UtcNow.ShouldBeLessThan(until, $"port 5099 on comp1 should{(listening ? "" : " not")} be listened on");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }
}
