using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Pcap;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Kernel.Pcap;

public sealed class LiveCaptureTests
{
    private const string DhcpFilter = "(udp and (port 67 or port 68)) or (vlan and udp and (port 67 or port 68))";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Open_UnknownDevice_IsNoSuchDevice()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();

        var error = Should.Throw<OperationException>(() => PcapDevice.Open(Point(scratch, "nothere"), new CaptureSettings()));

        error.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        error.Message.ShouldBe($"There is no network device 'nothere' in the network namespace '{scratch.Name}' of this host.");
    }

    [Fact]
    public void Open_InvalidFilter_SaysWhatLibpcapSays()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();

        var error = Should.Throw<OperationException>(() => PcapDevice.Open(Point(scratch, "lo"), new CaptureSettings { Filter = "udp prot 67" }));

        error.Code.ShouldBe(OperationErrorCode.InvalidParams);
        error.Message.ShouldBe("The capture filter 'udp prot 67' is not valid: can't parse filter expression: syntax error; see pcap-filter(7).");
    }

    [Fact]
    public void Open_DeviceDown_SaysSo()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.Ip("link add a0 type veth peer name a1");

        var error = Should.Throw<OperationException>(() => PcapDevice.Open(Point(scratch, "a0"), new CaptureSettings()));

        error.Code.ShouldBe(OperationErrorCode.ToolFailed);
        error.Message.ShouldBe($"Cannot capture on 'a0' in the network namespace '{scratch.Name}' of this host: the device is down.");
    }

    [Fact]
    public async Task ReadAsync_FrameCrossesVeth_SeenOutThenInWithItsTag()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        using var capture = Listen(scratch, "", "a0", "a1");
        Send(scratch, "a0", Frames.Marked(1), Frames.Marked(2, vlan: 105));

        var frames = await Take(capture, 4);

        frames.Select(f => (f.Point, f.Direction, Tag: Frames.EtherType(f.Data.Span))).ShouldBe(
        [
            (0, FrameDirection.Out, (ushort)0x88b5), (1, FrameDirection.In, (ushort)0x88b5),
            (0, FrameDirection.Out, (ushort)0x8100), (1, FrameDirection.In, (ushort)0x8100),
        ]);
        frames[2].Data.ToArray().ShouldBe(Frames.Marked(2, vlan: 105));
        frames[3].Data.ToArray().ShouldBe(Frames.Marked(2, vlan: 105));
        frames[3].Length.ShouldBe(60);
        frames.Select(f => f.At).ShouldBeInOrder();
    }

    [Fact]
    public async Task ReadAsync_DhcpFilterWithVlanClauseLast_MatchesTaggedAndUntaggedBothWays()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        using var capture = Listen(scratch, DhcpFilter, "a0", "a1");
        Send(scratch, "a0", Frames.Marked(9), Frames.Udp68To67(), Frames.Marked(9, vlan: 7), Frames.Udp68To67(vlan: 1041));

        var frames = await Take(capture, 4);
        capture.Stop();

        frames.Select(f => (f.Point, f.Direction, Tagged: Frames.EtherType(f.Data.Span) == 0x8100)).ShouldBe(
        [
            (0, FrameDirection.Out, false), (1, FrameDirection.In, false),
            (0, FrameDirection.Out, true), (1, FrameDirection.In, true),
        ]);
        (await Rest(capture)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ReadAsync_SnapLength_KeepsThatMuchAndTheTrueLength()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        using var capture = new LiveCapture([PcapDevice.Open(Point(scratch, "a1"), new CaptureSettings { SnapLength = 64 })]);
        Send(scratch, "a0", [.. Frames.Marked(1), .. new byte[140]]);

        var frame = (await Take(capture, 1)).Single();

        frame.Data.Length.ShouldBe(64);
        frame.Length.ShouldBe(200);
    }

    [Fact]
    public async Task Stop_FramesStillInTheKernel_AreReadFirst()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        using var capture = Listen(scratch, "", "a1");
        Send(scratch, "a0", [.. Enumerable.Range(0, 200).Select(i => Frames.Marked((byte)i))]);

        capture.Stop();

        (await Rest(capture)).Select(f => f.Data.Span[14]).ShouldBe(Enumerable.Range(0, 200).Select(i => (byte)i));
        capture.Dropped(0).ShouldBe(0);
    }

    [Fact]
    public async Task Stop_MoreFramesInTheKernelThanAreReadAtOnce_AllAreReadOrCounted()
    {
        Privilege.NeedsRoot();
        const int sent = 30_000;
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        var device = PcapDevice.Open(Point(scratch, "a1"), new CaptureSettings { SnapLength = 64, RingBytes = 16 << 20 });
        Send(scratch, "a0", [.. Enumerable.Repeat(Frames.Marked(1), sent)]);
        using var capture = new LiveCapture([device]);

        capture.Stop();

        ((await Rest(capture)).Count + capture.Dropped(0)).ShouldBeGreaterThanOrEqualTo(sent);
    }

    [Fact]
    public async Task ReadAsync_RingTooSmall_CountsWhatTheKernelDropped()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        var device = PcapDevice.Open(Point(scratch, "a1"), new CaptureSettings { RingBytes = 4096 });
        Send(scratch, "a0", [.. Enumerable.Range(0, 3000).Select(i => Frames.Marked((byte)i))]);
        using var capture = new LiveCapture([device]);

        capture.Stop();

        capture.Dropped(0).ShouldBeGreaterThan(0);
        (await Rest(capture)).Count.ShouldBeInRange(1, 2999);
    }

    [Fact]
    public async Task ReadAsync_ReaderTooSlow_CountsWhatItMissed()
    {
        Privilege.NeedsRoot();
        const int sent = 70_000;
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        using var capture = Listen(scratch, "", "a1");
        Send(scratch, "a0", [.. Enumerable.Repeat(Frames.Marked(1), sent)]);

        capture.Stop();

        var read = (await Rest(capture)).Count;
        read.ShouldBeLessThanOrEqualTo(65536);
        capture.Dropped(0).ShouldBeGreaterThanOrEqualTo(sent - read);
    }

    [Fact]
    public async Task Failure_DeviceDeleted_TellsWhyAndTheOthersGoOn()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        scratch.AddVeth("b0", "b1");
        using var capture = Listen(scratch, "", "a1", "b1");
        scratch.Ip("link delete a0");
        Send(scratch, "b0", Frames.Marked(3));

        (await Take(capture, 1)).Single().Point.ShouldBe(1);
        capture.Stop();

        capture.Failure(0).ShouldBe("The interface disappeared");
        capture.Failure(1).ShouldBeNull();
    }

    private static CapturePoint Point(ScratchNamespace scratch, string device) =>
        new() { Device = DeviceName.Parse(device), Namespace = scratch.Name };

    private static LiveCapture Listen(ScratchNamespace scratch, string filter, params string[] devices) =>
        new([.. devices.Select(d => PcapDevice.Open(Point(scratch, d), new CaptureSettings { Filter = filter }))]);

    private static void Send(ScratchNamespace scratch, string device, params byte[][] frames)
    {
        using var socket = FrameSocket.Open(DeviceName.Parse(device), scratch.Name);
        foreach (var frame in frames)
            socket.Send(frame);
    }

    private static async Task<List<RawFrame>> Take(LiveCapture capture, int count)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(5));
        var frames = new List<RawFrame>();
        await foreach (var frame in capture.ReadAsync(deadline.Token))
        {
            frames.Add(frame);
            if (frames.Count == count)
                break;
        }
        return frames;
    }

    private static async Task<List<RawFrame>> Rest(LiveCapture capture)
    {
        var frames = new List<RawFrame>();
        await foreach (var frame in capture.ReadAsync(Token))
            frames.Add(frame);
        return frames;
    }
}
