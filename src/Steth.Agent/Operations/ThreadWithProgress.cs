using System.Threading.Channels;
using Steth.Agent.Kernel;

namespace Steth.Agent.Operations;

/// <summary>Runs a measurement on a thread of its own and passes on how far it is; a slow reader gets the latest only.</summary>
internal static class ThreadWithProgress
{
    /// <summary>Runs it.</summary>
    /// <param name="body">The measurement; given where to report a number, and when to end.</param>
    /// <param name="events">Takes a number.</param>
    /// <param name="cancellationToken">Ends it; the answer comes when it has ended.</param>
    public static async Task<T> RunAsync<T>(
        Func<Action<int>, CancellationToken, T> body, Func<int, CancellationToken, ValueTask> events, CancellationToken cancellationToken)
    {
        var progress = Channel.CreateBounded<int>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = OwnThread.RunAsync(() =>
        {
            try
            {
                return body(done => progress.Writer.TryWrite(done), running.Token);
            }
            finally
            {
                progress.Writer.Complete();
            }
        });
        try
        {
            await foreach (var done in progress.Reader.ReadAllAsync(cancellationToken))
                await events(done, cancellationToken);
        }
        catch
        {
            await running.CancelAsync();
            await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        return await run;
    }
}
