using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public sealed class CaptureRunHandlerTests
{
    private static readonly CallContext _call = new() { CorrelationId = "t" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HandleAsync_MaxFrames_ListeningFirstThenThatManyInOrder()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        var events = new List<CaptureEvent>();

        var result = await new CaptureRunHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(
            Wanted(scratch, "a0", "a1") with { MaxFrames = 3, Filter = "ether proto 0x88b5" },
            (happening, _) =>
            {
                events.Add(happening);
                if (happening.Listening)
                    Send(scratch, 4);
                return ValueTask.CompletedTask;
            },
            _call,
            Token);

        events[0].ShouldBe(new CaptureEvent { Listening = true });
        events.Skip(1).Select(e => (e.Frame!.Point, e.Frame.Direction)).ShouldBe([(0, FrameDirection.Out), (1, FrameDirection.In), (0, FrameDirection.Out)]);
        events[1].Frame!.Summary.ShouldBe("ethertype 0x88b5 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff");
        events[1].Frame!.Length.ShouldBe(60);
        result.Points.ShouldBe(
        [
            new CapturePointCount { Device = "a0", Namespace = scratch.Name.ToString(), Frames = 2, Dropped = 0 },
            new CapturePointCount { Device = "a1", Namespace = scratch.Name.ToString(), Frames = 1, Dropped = 0 },
        ]);
    }

    [Fact]
    public async Task HandleAsync_FilterLongerThanIsTaken_IsRefused()
    {
        var refusal = await RefusedAsync(new string(' ', 4095) + "ä");

        (refusal.Code, refusal.Message).ShouldBe(
            (OperationErrorCode.InvalidParams, "filter has 4097 bytes; expected a pcap-filter(7) expression of at most 4096."));
    }

    [Fact]
    public async Task HandleAsync_FilterOfTooManyTests_IsRefusedBeforeItIsOptimized()
    {
        Privilege.NeedsRoot();

        var refusal = await RefusedAsync(string.Join(" or ", Enumerable.Range(1, 200).Select(i => $"port {i}")));

        refusal.Code.ShouldBe(OperationErrorCode.InvalidParams);
        refusal.Message.ShouldEndWith(" instructions, and 8192 are the most; ask for less in one filter.");
    }

    [Theory]
    [InlineData("(", "", "")]
    [InlineData("(", "ip", ")")]
    [InlineData("not ", "prot", "")]
    [InlineData("ip[", "x", "]")]
    public async Task HandleAsync_FilterNestedAsDeepAsItIsLong_EndsNoAgent(string before, string inner, string after)
    {
        Privilege.NeedsRoot();
        var deep = (4096 - inner.Length) / (before.Length + after.Length);
        // What can be read ends at the time that is asked for; what cannot is refused.
        var filter = string.Concat(Enumerable.Repeat(before, deep)) + inner + string.Concat(Enumerable.Repeat(after, deep));
        using var scratch = new ScratchNamespace();
        var run = new CaptureRunHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(
            Wanted(scratch, "lo") with { Filter = filter, Seconds = 1 }, (_, _) => ValueTask.CompletedTask, _call, Token);

        if (inner == "ip")
            (await run).Points.ShouldHaveSingleItem().Frames.ShouldBe(0);
        else
            (await Should.ThrowAsync<OperationException>(run)).Code.ShouldBe(OperationErrorCode.InvalidParams);
    }

    private static async Task<OperationException> RefusedAsync(string filter)
    {
        using var scratch = new ScratchNamespace();
        return await Should.ThrowAsync<OperationException>(new CaptureRunHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(
            Wanted(scratch, "lo") with { Filter = filter, Seconds = 1 }, (_, _) => ValueTask.CompletedTask, _call, Token));
    }

    [Fact]
    public async Task HandleAsync_TimeRunsOut_EndsWithWhatCame()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");

        var result = await new CaptureRunHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(
            Wanted(scratch, "a1") with { Seconds = 1 },
            (happening, _) =>
            {
                if (happening.Listening)
                    Send(scratch, 5);
                return ValueTask.CompletedTask;
            },
            _call,
            Token);

        result.Points.Single().Frames.ShouldBe(5);
    }

    [Fact]
    public async Task HandleAsync_CallerGoesAway_Ends()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var running = new CaptureRunHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(
            Wanted(scratch, "lo") with { Seconds = 3600 }, async (_, _) => await caller.CancelAsync(), _call, caller.Token);

        await Should.ThrowAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(5), Token));
    }

    [Fact]
    public async Task HandleAsync_SecondDeviceMissing_IsNamed()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();

        var error = await FailsAsync(Wanted(scratch, "lo", "eth9"));

        error.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        error.Message.ShouldBe($"There is no network device 'eth9' in the network namespace '{scratch.Name}' of this host.");
    }

    [Fact]
    public async Task HandleAsync_SkipRefused_TellsWhichAndGoesOnWithTheOthers()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        scratch.AddVeth("b0", "b1");
        scratch.Ip("link set b1 down");
        var events = new List<CaptureEvent>();
        var (gone, down) = ($"There is no network device 'eth9' in the network namespace '{scratch.Name}' of this host.",
            $"Cannot capture on 'b1' in the network namespace '{scratch.Name}' of this host: the device is down.");

        var result = await new CaptureRunHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(
            Wanted(scratch, "eth9", "a1", "b1", "a0") with { SkipRefused = true, MaxFrames = 4 },
            (happening, _) =>
            {
                events.Add(happening);
                if (happening.Listening)
                    Send(scratch, 2);
                return ValueTask.CompletedTask;
            },
            _call,
            Token);

        events[0].Refused.ShouldBe([new CaptureRefusal(0, gone), new CaptureRefusal(2, down)]);
        events.Skip(1).Select(e => e.Frame!.Point).Order().ShouldBe([1, 1, 3, 3]);
        result.Points.Select(p => (p.Device, p.Frames, p.Dropped, p.Problem)).ShouldBe(
            [("eth9", 0, 0, gone), ("a1", 2, 0, null), ("b1", 0, 0, down), ("a0", 2, 0, null)]);
    }

    [Fact]
    public async Task HandleAsync_PointDiesMeanwhile_IsAProblemWhenSkippedElseAnError()
    {
        Privilege.NeedsRoot();
        foreach (var skip in new[] { true, false })
        {
            using var scratch = new ScratchNamespace();
            scratch.AddVeth("a0", "a1");
            scratch.AddVeth("b0", "b1");
            var running = new CaptureRunHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(
                Wanted(scratch, "b1", "a1") with { SkipRefused = skip, MaxFrames = 1 },
                (happening, _) =>
                {
                    if (happening.Listening)
                    {
                        scratch.Ip("link delete b0");
                        Send(scratch, 1);
                    }
                    return ValueTask.CompletedTask;
                },
                _call,
                Token);
            if (skip)
                (await running).Points.Select(p => (p.Device, p.Frames, p.Problem)).ShouldBe(
                    [("b1", 0, "The capture ended early: The interface disappeared."), ("a1", 1, null)]);
            else
                (await Should.ThrowAsync<OperationException>(() => running)).Message.ShouldBe(
                    "The capture on 'b1' ended early: The interface disappeared.");
        }
    }

    [Fact]
    public async Task HandleAsync_NoPointLeft_AnswersAtOnce()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();

        var running = new CaptureRunHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(
            Wanted(scratch, "eth9") with { SkipRefused = true, Seconds = 3600 }, (_, _) => ValueTask.CompletedTask, _call, Token);

        (await running.WaitAsync(TimeSpan.FromSeconds(5), Token)).Points.Single().Problem.ShouldNotBeNull();
    }

    [Fact]
    public async Task HandleAsync_SkipRefused_AFilterNobodyReadsIsAnErrorStill()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();

        (await FailsAsync(Wanted(scratch, "lo") with { SkipRefused = true, Filter = "udp prot 67" })).Code.ShouldBe(OperationErrorCode.InvalidParams);
    }

    [Theory]
    [InlineData("points", "points has 0 devices; expected 1-64.")]
    [InlineData("seconds", "seconds 3601 is out of range; expected 1-3600.")]
    [InlineData("frames", "max_frames 0 is out of range; expected 1-1000000.")]
    [InlineData("filter", "filter holds a NUL character; expected a pcap-filter(7) expression.")]
    [InlineData("snap", "snap_length 63 is out of range; expected 64-65535.")]
    public async Task HandleAsync_OutOfRange_IsInvalidParams(string what, string message)
    {
        var fine = new CaptureRunParams { Points = [new CapturePoint { Device = DeviceName.Parse("lo") }] };
        var wanted = what switch
        {
            "points" => fine with { Points = [] },
            "seconds" => fine with { Seconds = 3601 },
            "frames" => fine with { MaxFrames = 0 },
            "filter" => fine with { Filter = "arp\0 or ip" },
            _ => fine with { SnapLength = 63 },
        };

        var error = await FailsAsync(wanted);

        error.Code.ShouldBe(OperationErrorCode.InvalidParams);
        error.Message.ShouldBe(message);
    }

    private static Task<OperationException> FailsAsync(CaptureRunParams wanted) => Should.ThrowAsync<OperationException>(
        () => new CaptureRunHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(wanted, (_, _) => ValueTask.CompletedTask, _call, Token));

    private static CaptureRunParams Wanted(ScratchNamespace scratch, params string[] devices) =>
        new() { Points = [.. devices.Select(d => new CapturePoint { Device = DeviceName.Parse(d), Namespace = scratch.Name })] };

    private static void Send(ScratchNamespace scratch, int count)
    {
        using var socket = FrameSocket.Open(DeviceName.Parse("a0"), scratch.Name);
        for (var i = 0; i < count; i++)
            socket.Send(Frames.Marked((byte)i));
    }
}
