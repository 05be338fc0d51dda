using System.Net;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

/// <summary>A reflector of a test's own that listens until it is disposed.</summary>
internal sealed class Reflecting : IAsyncDisposable
{
    private readonly RunningCaptures _running = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Guid _id = Guid.NewGuid();
    private Task<ReflectorRunResult> _run = null!;

    public ulong Token { get; } = (ulong)Random.Shared.NextInt64();

    public ReflectorListening Listening { get; private set; } = null!;

    public int Port => Listening.Points[0].Port!.Value;

    public static CallContext Call { get; } = new() { CorrelationId = "test" };

    /// <summary>Listens on an address for some peers; without any, for that address itself.</summary>
    public static async Task<Reflecting> StartAsync(string address, int pps = 20000, int seconds = 60, params string[] peers)
    {
        var reflecting = new Reflecting();
        var listening = new TaskCompletionSource<ReflectorListening>();
        reflecting._run = new ReflectorRunHandler(reflecting._running, TimeProvider.System).HandleAsync(
            new ReflectorRunParams
            {
                ReflectorId = reflecting._id,
                Token = reflecting.Token,
                Points =
                [
                    new ReflectorPoint
                    {
                        Address = IPAddress.Parse(address),
                        Peers = [.. (peers.Length > 0 ? peers : [address]).Select(IPAddress.Parse)],
                    },
                ],
                Pps = pps,
                Seconds = seconds,
            },
            (state, _) =>
            {
                listening.SetResult(state);
                return ValueTask.CompletedTask;
            },
            Call,
            reflecting._end.Token);
        await await Task.WhenAny(listening.Task, reflecting._run);
        reflecting.Listening = await listening.Task;
        return reflecting;
    }

    /// <summary>Ends it by its id.</summary>
    public async Task<ReflectorRunResult> EndAsync()
    {
        (await new ReflectorEndHandler(_running).HandleAsync(new ReflectorEndParams { ReflectorId = _id }, Call, CancellationToken.None))
            .Ended.ShouldBeTrue();
        return await _run;
    }

    /// <summary>What it counts once its own time is over.</summary>
    public Task<ReflectorRunResult> Completion => _run;

    /// <summary>Ends it as a caller does who goes away.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await ((Task)_run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }
}
