using System.Diagnostics;
using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Operations;

public sealed class VlanHandlersTests
{
    private const uint Mark = 0x1234;

    private static readonly CallContext _call = new() { CorrelationId = "t" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Listen_AllVlansSent_SeesThemLeaveAndArriveAndEndsByItself()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "b0");
        var probes = Plain("untagged,1-4094");

        var (sender, receiver) = await RunAsync(scratch, [new VlanSender { Sender = 3, Probes = [probes] }], own: 3, Send(scratch, probes) with { Sender = 3 });

        sender.ShouldSatisfyAllConditions(
            () => sender.Left.Select(Text).ShouldBe(["3 Plain untagged,1-4094"]),
            () => sender.Arrived.ShouldBeEmpty(),
            () => sender.Complete.ShouldBeTrue(),
            () => sender.Dropped.ShouldBe(0));
        receiver.ShouldSatisfyAllConditions(
            () => receiver.Arrived.Select(Text).ShouldBe(["3 Plain untagged,1-4094"]),
            () => receiver.Left.ShouldBeEmpty(),
            () => receiver.Moved.ShouldBeEmpty(),
            () => receiver.Complete.ShouldBeTrue(),
            () => receiver.Problem.ShouldBeNull());
    }

    [Theory]
    [InlineData(OuterTag.Service)]
    [InlineData(OuterTag.Customer)]
    public async Task Listen_TwoTagsAndFullSize_AreCountedByKind(OuterTag outer)
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "b0");
        VlanProbes[] probes =
        [
            Plain("untagged,7"),
            new() { Kind = VlanProbeKind.DoubleTagged, Vlans = VlanSet.Parse("7-9") },
            new() { Kind = VlanProbeKind.FullSize, Vlans = VlanSet.Parse("7,4094") },
        ];
        var send = Send(scratch, probes) with { OuterTag = outer, InnerVlan = new VlanId(7) };

        var (_, receiver) = await RunAsync(scratch, [new VlanSender { Sender = 0, Probes = probes }], own: 0, send);

        receiver.Arrived.Select(Text).ShouldBe(["0 Plain untagged,7", "0 DoubleTagged 7-9", "0 FullSize 7,4094"]);
        receiver.Moved.ShouldBeEmpty();
    }

    [Fact]
    public async Task Listen_TagChangedOnTheWay_IsMovedNotArrived()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "b0");
        using var socket = FrameSocket.Open(DeviceName.Parse("a0"), scratch.Name);
        var running = Listen(scratch, "b0", [new VlanSender { Sender = 0, Probes = [Plain("untagged,100-102")] }], null, () =>
        {
            socket.Send(Probe(sentIn: 100, tags: [105]));
            socket.Send(Probe(sentIn: 101, tags: []));
            socket.Send(Probe(sentIn: 0, tags: [61]));
            socket.Send(Probe(sentIn: 102, tags: [102]));
            socket.Send(Probe(sentIn: 102, tags: [102]));
            socket.Send(Probe(sentIn: 100, tags: [7], kind: 1));
            socket.Send(Probe(sentIn: 102, tags: [102], kind: 1));
        }, seconds: 1);

        var result = await running;

        result.Arrived.Select(Text).ShouldBe(["0 Plain 102"]);
        result.Moved.Select(move => (move.Kind, move.SentIn, move.ArrivedIn)).ShouldBe(
        [
            (VlanProbeKind.Plain, 0, 61), (VlanProbeKind.Plain, 100, 105), (VlanProbeKind.Plain, 101, 0),
            (VlanProbeKind.DoubleTagged, 100, 7), (VlanProbeKind.DoubleTagged, 102, 102),
        ]);
        result.Complete.ShouldBeFalse();
    }

    [Fact]
    public async Task Listen_ForeignAndBrokenFrames_AreIgnored()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "b0");
        using var socket = FrameSocket.Open(DeviceName.Parse("a0"), scratch.Name);
        var whole = Probe(sentIn: 5, tags: [5]);

        var result = await Listen(scratch, "b0", [new VlanSender { Sender = 0, Probes = [Plain("5")] }], null, () =>
        {
            socket.Send(Probe(sentIn: 5, tags: [5], mark: Mark + 1));
            socket.Send(Probe(sentIn: 5, tags: [5], sender: 1));
            socket.Send(Probe(sentIn: 5, tags: [5], sender: 0xffff));
            socket.Send(Probe(sentIn: 4096, tags: [5]));
            socket.Send(Probe(sentIn: 5, tags: [5], kind: 3));
            for (var length = 14; length < whole.Length && length < 34; length++)
                socket.Send(whole.AsSpan(0, length));
            socket.Send(Frames.Marked(1, vlan: 5));
        }, seconds: 1);

        result.Arrived.ShouldBeEmpty();
        result.Moved.ShouldBeEmpty();
    }

    [Fact]
    public async Task Listen_CaptureEnd_EndsItWithWhatCame()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "b0");
        var captures = new RunningCaptures();
        var id = Guid.NewGuid();
        using var socket = FrameSocket.Open(DeviceName.Parse("a0"), scratch.Name);

        var result = await new VlanListenHandler(captures, TimeProvider.System).HandleAsync(
            Wanted(scratch, "b0", [new VlanSender { Sender = 0, Probes = [Plain("5-6")] }], null) with { CaptureId = id, Seconds = 3600 },
            (_, _) =>
            {
                socket.Send(Probe(sentIn: 5, tags: [5]));
                captures.End(id).ShouldBeTrue();
                return ValueTask.CompletedTask;
            },
            _call,
            Token);

        result.Arrived.Select(Text).ShouldBe(["0 Plain 5"]);
        result.Complete.ShouldBeFalse();
    }

    [Fact]
    public async Task Listen_CallerGoesAway_Ends()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "b0");
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var running = new VlanListenHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(
            Wanted(scratch, "b0", [new VlanSender { Sender = 0, Probes = [Plain("5")] }], null) with { Seconds = 3600 },
            async (_, _) => await caller.CancelAsync(), _call, caller.Token);

        await Should.ThrowAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(5), Token));
    }

    [Fact]
    public async Task Listen_NicGoesAway_SaysThatNothingIsProven()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "b0");

        var result = await Listen(
            scratch, "b0", [new VlanSender { Sender = 0, Probes = [Plain("5")] }], null, () => scratch.Ip("link delete a0"), seconds: 3600);

        result.Problem.ShouldBe("'b0' could not be listened on to the end: The interface disappeared.");
    }

    [Fact]
    public async Task Send_Pps_IsKept()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "b0");
        var start = Stopwatch.GetTimestamp();

        var result = await new VlanSendHandler(TimeProvider.System).HandleAsync(Send(scratch, Plain("1-510")) with { Pps = 500 }, _call, Token);

        // A fiftieth of a second's frames may go at once.
        Stopwatch.GetElapsedTime(start).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.99));
        result.Sent.ShouldBe(510);
        result.FullSizeBytes.ShouldBeNull();
    }

    [Fact]
    public async Task Send_FullSize_FillsTheMtu()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "b0");
        scratch.Ip("link set a0 mtu 1400");

        var result = await new VlanSendHandler(TimeProvider.System).HandleAsync(
            Send(scratch, new VlanProbes { Kind = VlanProbeKind.FullSize, Vlans = VlanSet.Parse("5") }), _call, Token);

        result.FullSizeBytes.ShouldBe(1400 + 18);
    }

    [Fact]
    public async Task Send_CallerGoesAway_Stops()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "b0");
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var running = new VlanSendHandler(TimeProvider.System).HandleAsync(Send(scratch, Plain("1-4094")) with { Pps = 10 }, _call, caller.Token);
        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(5), Token));
    }

    [Fact]
    public async Task Send_NicDown_SaysSo()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "b0");
        scratch.Ip("link set a0 down");

        var error = await FailsToSendAsync(Send(scratch, Plain("5")));

        error.Code.ShouldBe(OperationErrorCode.ToolFailed);
        error.Message.ShouldBe($"Cannot send on 'a0' in the network namespace '{scratch.Name}' of this host: the device is down.");
    }

    [Fact]
    public async Task Both_NoSuchNic_IsNamed()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        var message = $"There is no network device 'a0' in the network namespace '{scratch.Name}' of this host.";

        (await FailsToSendAsync(Send(scratch, Plain("5")))).Message.ShouldBe(message);
        (await FailsToListenAsync(Wanted(scratch, "a0", [new VlanSender { Sender = 0, Probes = [Plain("5")] }], null))).Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("sender", "sender 1024 is out of range; expected 0-1023.")]
    [InlineData("pps", "pps 0 is out of range; expected 1-1000000.")]
    [InlineData("copy", "copy 256 is out of range; expected 0-255.")]
    [InlineData("none", "probes has no VLANs; expected at least one.")]
    [InlineData("empty", "probes has no VLANs; expected at least one.")]
    [InlineData("twice", "probes has a kind twice.")]
    [InlineData("untagged", "probes has 'untagged' for a kind that is always tagged; it goes with plain probes.")]
    public async Task Send_OutOfRange_IsInvalidParams(string what, string message)
    {
        var fine = new VlanSendParams { Device = DeviceName.Parse("lo"), Mark = Mark, Sender = 0, Probes = [Plain("5")] };
        var error = await FailsToSendAsync(what switch
        {
            "sender" => fine with { Sender = 1024 },
            "pps" => fine with { Pps = 0 },
            "copy" => fine with { Copy = 256 },
            "none" => fine with { Probes = [] },
            "empty" => fine with { Probes = [new VlanProbes { Kind = VlanProbeKind.Plain, Vlans = VlanSet.Empty }] },
            "twice" => fine with { Probes = [Plain("5"), Plain("6")] },
            _ => fine with { Probes = [new VlanProbes { Kind = VlanProbeKind.FullSize, Vlans = VlanSet.UntaggedOnly }] },
        });

        (error.Code, error.Message).ShouldBe((OperationErrorCode.InvalidParams, message));
    }

    [Theory]
    [InlineData("seconds", "seconds 0 is out of range; expected 1-3600.")]
    [InlineData("senders", "senders has 0 entries; expected 1-1024.")]
    [InlineData("twice", "senders has a number twice.")]
    [InlineData("own", "own 7 is none of the senders.")]
    public async Task Listen_OutOfRange_IsInvalidParams(string what, string message)
    {
        var one = new VlanSender { Sender = 0, Probes = [Plain("5")] };
        var fine = new VlanListenParams { Device = DeviceName.Parse("lo"), Mark = Mark, CaptureId = Guid.NewGuid(), Senders = [one] };
        var error = await FailsToListenAsync(what switch
        {
            "seconds" => fine with { Seconds = 0 },
            "senders" => fine with { Senders = [] },
            "twice" => fine with { Senders = [one, one] },
            _ => fine with { Own = 7 },
        });

        (error.Code, error.Message).ShouldBe((OperationErrorCode.InvalidParams, message));
    }

    [Fact]
    public async Task Listen_SameIdTwice_IsBusy()
    {
        Privilege.NeedsRoot();
        var captures = new RunningCaptures();
        var wanted = new VlanListenParams
        {
            Device = DeviceName.Parse("lo"),
            Mark = Mark,
            CaptureId = Guid.NewGuid(),
            Senders = [new VlanSender { Sender = 0, Probes = [Plain("5")] }],
        };
        using var place = captures.Begin(wanted.CaptureId);

        var error = await Should.ThrowAsync<OperationException>(() => new VlanListenHandler(captures, TimeProvider.System)
            .HandleAsync(wanted, (_, _) => ValueTask.CompletedTask, _call, Token));

        error.Code.ShouldBe(OperationErrorCode.Busy);
    }

    private static async Task<(VlanListenResult Sender, VlanListenResult Receiver)> RunAsync(
        ScratchNamespace scratch, VlanSender[] senders, int own, VlanSendParams send)
    {
        var both = new TaskCompletionSource();
        var listening = 0;
        void Count()
        {
            if (Interlocked.Increment(ref listening) == 2)
                both.SetResult();
        }
        var atSender = Listen(scratch, "a0", senders, own, Count, seconds: 30);
        var atReceiver = Listen(scratch, "b0", senders, null, Count, seconds: 30);
        await both.Task.WaitAsync(Token);
        var sent = await new VlanSendHandler(TimeProvider.System).HandleAsync(send, _call, Token);
        sent.Sent.ShouldBe(send.Probes.Sum(kind => kind.Vlans.Count));
        return (await atSender, await atReceiver);
    }

    private static Task<VlanListenResult> Listen(
        ScratchNamespace scratch, string device, VlanSender[] senders, int? own, Action onListening, int seconds) =>
        new VlanListenHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(
            Wanted(scratch, device, senders, own) with { Seconds = seconds },
            (happening, _) =>
            {
                happening.Listening.ShouldBeTrue();
                onListening();
                return ValueTask.CompletedTask;
            },
            _call,
            Token);

    private static VlanListenParams Wanted(ScratchNamespace scratch, string device, VlanSender[] senders, int? own) => new()
    {
        Device = DeviceName.Parse(device),
        Namespace = scratch.Name,
        Mark = Mark,
        CaptureId = Guid.NewGuid(),
        Senders = senders,
        Own = own,
    };

    private static VlanSendParams Send(ScratchNamespace scratch, params VlanProbes[] probes) => new()
    {
        Device = DeviceName.Parse("a0"),
        Namespace = scratch.Name,
        Mark = Mark,
        Sender = 0,
        Probes = probes,
        Pps = 100_000,
    };

    private static Task<OperationException> FailsToSendAsync(VlanSendParams wanted) => Should.ThrowAsync<OperationException>(
        () => new VlanSendHandler(TimeProvider.System).HandleAsync(wanted, _call, Token));

    private static Task<OperationException> FailsToListenAsync(VlanListenParams wanted) => Should.ThrowAsync<OperationException>(
        () => new VlanListenHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(wanted, (_, _) => ValueTask.CompletedTask, _call, Token));

    private static VlanProbes Plain(string vlans) => new() { Kind = VlanProbeKind.Plain, Vlans = VlanSet.Parse(vlans) };

    private static string Text(VlanSighting seen) => $"{seen.Sender} {seen.Kind} {seen.Vlans}";

    // Written by hand, so that this does not rest on the code it proves.
    private static byte[] Probe(int sentIn, int[] tags, byte kind = 0, uint mark = Mark, int sender = 0)
    {
        var frame = new List<byte>(Convert.FromHexString("ffffffffffff" + "020000000001"));
        foreach (var tag in tags)
            frame.AddRange([0x81, 0x00, (byte)(tag >> 8), (byte)tag]);
        frame.AddRange([0x88, 0xb5, .. "STETH"u8, 2]);
        frame.AddRange([(byte)(mark >> 24), (byte)(mark >> 16), (byte)(mark >> 8), (byte)mark]);
        frame.AddRange([(byte)(sender >> 8), (byte)sender, (byte)(sentIn >> 8), (byte)sentIn, kind, 0]);
        while (frame.Count < 60)
            frame.Add(0);
        return [.. frame];
    }
}
