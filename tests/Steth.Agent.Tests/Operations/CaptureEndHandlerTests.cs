using System.Diagnostics;
using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public sealed class CaptureEndHandlerTests : IDisposable
{
    private static readonly CallContext _call = new() { CorrelationId = "t" };

    private readonly RunningCaptures _running = new();
    private readonly Lazy<ScratchNamespace> _scratch = new(() =>
    {
        var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        return scratch;
    });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HandleAsync_RunningCapture_AnswersAtOnceWithEveryFrameSentBefore()
    {
        Privilege.NeedsRoot();
        var id = Guid.NewGuid();
        var listening = new TaskCompletionSource();
        var frames = 0;
        var capture = CaptureAsync(id, happening =>
        {
            if (happening.Listening)
                listening.SetResult();
            else
                frames++;
        });
        await listening.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        using (var socket = FrameSocket.Open(DeviceName.Parse("a0"), _scratch.Value.Name))
        {
            for (var i = 0; i < 300; i++)
                socket.Send(Frames.Marked((byte)i));
        }
        var clock = Stopwatch.StartNew();

        var ended = await EndAsync(id);

        var counts = await capture.WaitAsync(TimeSpan.FromSeconds(5), Token);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        ended.ShouldBeTrue();
        counts.Points.Single().ShouldBe(new CapturePointCount { Device = "a1", Namespace = _scratch.Value.Name.ToString(), Frames = 300, Dropped = 0 });
        frames.ShouldBe(300);
        (await EndAsync(id)).ShouldBeFalse();
    }

    [Fact]
    public async Task HandleAsync_NoSuchCapture_EndedIsFalse() => (await EndAsync(Guid.NewGuid())).ShouldBeFalse();

    [Fact]
    public async Task CaptureRun_SecondOfOneId_IsBusyAndTheFirstGoesOn()
    {
        Privilege.NeedsRoot();
        var id = Guid.NewGuid();
        var listening = new TaskCompletionSource();
        var first = CaptureAsync(id, _ => listening.TrySetResult());
        await listening.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);

        var error = await Should.ThrowAsync<OperationException>(() => CaptureAsync(id, _ => { }));

        error.Code.ShouldBe(OperationErrorCode.Busy);
        first.IsCompleted.ShouldBeFalse();
        (await EndAsync(id)).ShouldBeTrue();
        await first.WaitAsync(TimeSpan.FromSeconds(5), Token);
    }

    [Fact]
    public async Task CaptureRun_EndedWhileItIsStillPreparing_AnswersAtOnce()
    {
        Privilege.NeedsRoot();
        var id = Guid.NewGuid();

        // Within the listening event the reading has not begun yet.
        var capture = CaptureAsync(id, happening =>
        {
            if (happening.Listening)
                _running.End(id).ShouldBeTrue();
        });

        (await capture.WaitAsync(TimeSpan.FromSeconds(5), Token)).Points.Single().Frames.ShouldBe(0);
    }

    [Fact]
    public async Task CaptureRun_ItsTimeIsOver_TheIdIsFreeAgain()
    {
        Privilege.NeedsRoot();
        var id = Guid.NewGuid();

        await CaptureAsync(id, _ => { }, seconds: 1);

        (await EndAsync(id)).ShouldBeFalse();
        await CaptureAsync(id, _ => { }, seconds: 1);
    }

    public void Dispose()
    {
        if (_scratch.IsValueCreated)
            _scratch.Value.Dispose();
    }

    private async Task<bool> EndAsync(Guid id) =>
        (await new CaptureEndHandler(_running).HandleAsync(new CaptureEndParams { CaptureId = id }, _call, Token)).Ended;

    private Task<CaptureRunResult> CaptureAsync(Guid id, Action<CaptureEvent> happened, int seconds = 3600) =>
        new CaptureRunHandler(_running, TimeProvider.System).HandleAsync(
            new CaptureRunParams
            {
                Points = [new CapturePoint { Device = DeviceName.Parse("a1"), Namespace = _scratch.Value.Name }],
                Seconds = seconds,
                CaptureId = id,
            },
            (happening, _) =>
            {
                happened(happening);
                return ValueTask.CompletedTask;
            },
            _call,
            Token);
}
