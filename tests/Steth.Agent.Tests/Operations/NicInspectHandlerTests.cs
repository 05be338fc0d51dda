using Steth.Agent.Kernel;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tests.Tools;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ip;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

/// <summary>On the real kernel: veth pairs in a namespace of their own.</summary>
public sealed class NicInspectHandlerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<NicInspectResult> InspectAsync(NicInspectParams parameters, IToolRunner? tools = null) =>
        new NicInspectHandler(new IpTool(new ToolRunner()), tools ?? new ToolRunner(), TimeProvider.System).HandleAsync(
            parameters, new CallContext { CorrelationId = "test" }, Token);

    private static NicInspectParams Of(ScratchNamespace scratch, int seconds, int lldp, params string[] nics) => new()
    {
        Nics = [.. nics.Select(n => DeviceName.Parse(n))],
        Seconds = seconds,
        LldpSeconds = lldp,
        Namespace = scratch.Name,
    };

    /// <summary>Sends a frame now and then until the agent has looked long enough.</summary>
    private static async Task<NicInspectResult> WhileSendingAsync(ScratchNamespace scratch, string device, byte[] frame, NicInspectParams parameters)
    {
        var inspecting = InspectAsync(parameters);
        using var socket = FrameSocket.Open(DeviceName.Parse(device), scratch.Name);
        while (!inspecting.IsCompleted)
        {
            socket.Send(frame);
            await Task.Delay(20, Token);
        }
        return await inspecting;
    }

    [Fact]
    public async Task HandleAsync_Veth_TellsWhatItsDriverHasAndNothingElse()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("eth0", "p0");
        scratch.Ip("link set eth0 mtu 1400");
        var result = await InspectAsync(Of(scratch, 0, 0, "eth0"));
        result.LookedMs.ShouldBeNull();
        result.Lldpd.ShouldBeFalse();
        var nic = result.Nics.ShouldHaveSingleItem();
        (nic.Name, nic.Exists, nic.Kind, nic.AdminUp, nic.Carrier, nic.Mtu).ShouldBe(("eth0", true, "veth", true, true, 1400));
        (nic.SpeedMbps, nic.Duplex, nic.Autoneg, nic.Driver, nic.Firmware).ShouldBe((10_000, "full", false, "veth", null));
        nic.Mac!.Value.ToString().ShouldBe(scratch.Exec("cat", "/sys/class/net/eth0/address").Trim());
        nic.Channels.ShouldNotBeNull();
        nic.Pause.ShouldBeNull();
        nic.Offloads.ShouldNotBeNull()["tx-generic-segmentation"].ShouldBeTrue();
        nic.Unmeasured.ShouldBeEmpty();
        nic.Bond.ShouldBeNull();
        nic.Before.ShouldNotBeNull().CarrierChanges.ShouldNotBeNull();
        nic.After.ShouldBeNull();
        (nic.LldpAsked, nic.Lldp.Count).ShouldBe((false, 0));
    }

    [Fact]
    public async Task HandleAsync_DeviceWithoutADriver_HasNothingAndNothingUnmeasured()
    {
        var nic = (await InspectAsync(new NicInspectParams { Nics = [DeviceName.Parse("lo")], Seconds = 0 })).Nics[0];
        (nic.Exists, nic.Driver, nic.SpeedMbps, nic.Duplex, nic.Autoneg, nic.Ring, nic.Channels, nic.Pause).ShouldBe(
            (true, null, null, null, null, null, null, null));
        nic.Unmeasured.ShouldBeEmpty();
    }

    [Fact]
    public async Task HandleAsync_OffloadSwitchedOff_IsTold()
    {
        Privilege.NeedsRoot();
        Assert.SkipUnless(new ToolRunner().Find("ethtool") is not null, "needs the package ethtool");
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("eth0", "p0");
        scratch.Exec("ethtool", "-K eth0 tso off");
        var nic = (await InspectAsync(Of(scratch, 0, 0, "eth0"))).Nics[0];
        nic.Offloads!["tx-tcp-segmentation"].ShouldBeFalse();
        nic.Offloads["tx-generic-segmentation"].ShouldBeTrue();
    }

    [Fact]
    public async Task HandleAsync_DownMissingAndWithoutCarrier_AreResults()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("eth0", "p0");
        scratch.Ip("link set p0 down");
        var nics = (await InspectAsync(Of(scratch, 0, 0, "eth0", "p0", "nope0"))).Nics;
        nics.Select(n => (n.Name, n.Exists, n.AdminUp, n.Carrier)).ShouldBe(
            [("eth0", true, true, false), ("p0", true, false, false), ("nope0", false, null, null)]);
    }

    [Fact]
    public async Task HandleAsync_FramesOfAnUnknownProtocol_GrowTheDropsMeanwhile()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("eth0", "p0");
        var result = await WhileSendingAsync(scratch, "p0", Frames.Marked(1), Of(scratch, 1, 0, "eth0"));
        result.LookedMs.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(1000);
        var nic = result.Nics[0];
        (nic.After!.RxDropped - nic.Before!.RxDropped).ShouldNotBeNull().ShouldBeGreaterThan(5);
        (nic.After.RxPackets - nic.Before.RxPackets).ShouldNotBeNull().ShouldBeGreaterThan(5);
        (nic.After.RxErrors - nic.Before.RxErrors, nic.After.CarrierChanges - nic.Before.CarrierChanges).ShouldBe((0, 0));
    }

    [Fact]
    public async Task HandleAsync_LinkThatComesAndGoes_GrowsItsCarrierChanges()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("eth0", "p0");
        var inspecting = InspectAsync(Of(scratch, 2, 0, "eth0"));
        while (!inspecting.IsCompleted)
        {
            scratch.Ip("link set p0 down");
            scratch.Ip("link set p0 up");
            await Task.Delay(20, Token);
        }
        var nic = (await inspecting).Nics[0];
        (nic.After!.CarrierChanges - nic.Before!.CarrierChanges).ShouldNotBeNull().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task HandleAsync_SwitchThatSpeaksLldp_IsHeardAndEndsTheListening()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("eth0", "p0");
        var frame = Convert.FromHexString(
            "0180c200000e00112233445d88cc" + "020704001122334455" + "040d0545746865726e6574312f3132" + "06020078"
            + "0811636f6d703120626f6e64302066697273740a076c6561662d3161" + "fe060080c2010064" + "0000");
        var result = await WhileSendingAsync(scratch, "p0", frame, Of(scratch, 0, 35, "eth0"));
        result.Nics[0].LldpAsked.ShouldBeTrue();
        result.Nics[0].Lldp.ShouldHaveSingleItem().ShouldBe(new LldpNeighbour
        {
            ChassisId = "00:11:22:33:44:55",
            PortId = "Ethernet1/12",
            SystemName = "leaf-1a",
            PortDescription = "comp1 bond0 first",
            VlanId = 100,
            TtlSeconds = 120,
            Source = "capture",
        });
    }

    [Fact]
    public async Task HandleAsync_NobodyAndOwnLldp_IsNoNeighbour()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("eth0", "p0");
        var own = Convert.FromHexString("0180c200000e00112233445d88cc" + "020704001122334455" + "0403053132" + "06020078" + "0000");
        var nic = (await WhileSendingAsync(scratch, "eth0", own, Of(scratch, 0, 1, "eth0"))).Nics[0];
        (nic.LldpAsked, nic.Lldp.Count, nic.Unmeasured.Count).ShouldBe((true, 0, 0));
    }

    [Fact]
    public async Task HandleAsync_Lldpd_IsAskedForTheAgentsOwnNamespace()
    {
        using var stand = new StandInTools();
        File.WriteAllText(stand.PathOf("told.json"), Recording.Read("lldp/lldpctl.json0.json").Replace("\"la0\"", "\"lo\"", StringComparison.Ordinal));
        stand.Add("lldpctl", $"[ \"$*\" = '-f json0' ] && exec /bin/cat {stand.PathOf("told.json")}");
        var result = await InspectAsync(new NicInspectParams { Nics = [DeviceName.Parse("lo")], Seconds = 0 }, stand.Runner);
        result.Lldpd.ShouldBeTrue();
        result.Nics[0].Lldp.ShouldHaveSingleItem().PortId.ShouldBe("Ethernet1/12");
        result.Nics[0].Lldp[0].Source.ShouldBe("lldpd");
    }

    [Theory]
    [InlineData("exit 1")]
    [InlineData("exec /bin/sleep 60")]
    public async Task HandleAsync_LldpdThatDoesNotAnswer_IsNotAsked(string script)
    {
        using var stand = new StandInTools();
        stand.Add("lldpctl", script);
        var result = await InspectAsync(new NicInspectParams { Nics = [DeviceName.Parse("lo")], Seconds = 0 }, stand.Runner);
        (result.Lldpd, result.Nics[0].LldpAsked).ShouldBe((false, false));
    }

    [Fact]
    public async Task HandleAsync_OutOfRange_IsRefused()
    {
        var lo = DeviceName.Parse("lo");
        foreach (var wanted in new[]
        {
            new NicInspectParams { Nics = [] },
            new NicInspectParams { Nics = [.. Enumerable.Repeat(lo, 65)] },
            new NicInspectParams { Nics = [lo], Seconds = 31 },
            new NicInspectParams { Nics = [lo], Seconds = -1 },
            new NicInspectParams { Nics = [lo], LldpSeconds = 36 },
        })
        {
            (await Should.ThrowAsync<OperationException>(() => InspectAsync(wanted))).Code.ShouldBe(OperationErrorCode.InvalidParams);
        }
    }

    [Fact]
    public async Task HandleAsync_NoSuchNamespace_SaysSo()
    {
        var wanted = new NicInspectParams { Nics = [DeviceName.Parse("lo")], Seconds = 0, Namespace = NamespaceName.Parse("steth-t-none") };
        (await Should.ThrowAsync<OperationException>(() => InspectAsync(wanted))).Code.ShouldBe(OperationErrorCode.NoSuchDevice);
    }
}
