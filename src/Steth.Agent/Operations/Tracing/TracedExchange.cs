using Steth.Packets.Decoding;

namespace Steth.Agent.Operations.Tracing;

/// <summary>Asks, listens until the answer has come all the way back, asks once more when nothing came.</summary>
internal sealed class TracedExchange
{
    // After the answer was seen nearest to who asked: stragglers, a second server's or a second owner's answer.
    private static readonly TimeSpan _grace = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan _askAgain = TimeSpan.FromSeconds(1);

    /// <summary>Sends the question.</summary>
    public required Func<CancellationToken, Task> Ask { get; init; }

    /// <summary>Names a frame's message; null for a frame of somebody else's.</summary>
    public required Func<DecodedFrame, TraceMessage?> Name { get; init; }

    /// <summary>Whether a message is the answer.</summary>
    public required Func<TraceMessage, bool> IsAnswer { get; init; }

    /// <summary>Longest time to wait for the answer.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Runs it over devices that listen already.</summary>
    /// <returns>The answers, each as often as it was seen.</returns>
    public async Task<IReadOnlyList<TraceMessage>> RunAsync(TraceCapture capture, TimeProvider time, CancellationToken cancellationToken)
    {
        using var end = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answers = new List<TraceMessage>();
        var reading = capture.ReadAsync(
            Name,
            (device, message) =>
            {
                if (!IsAnswer(message))
                    return;
                answers.Add(message);
                if (device == capture.Nearest && answered.TrySetResult())
                    end.CancelAfter(_grace);
            },
            either.Token);
        try
        {
            await Ask(either.Token);
            if (!await AnsweredAsync(answered.Task, time, either.Token))
                await Ask(either.Token);
            await reading;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The time is over; what was seen is the result.
        }
        finally
        {
            await end.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        cancellationToken.ThrowIfCancellationRequested();
        return answers;
    }

    private static async Task<bool> AnsweredAsync(Task answered, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await answered.WaitAsync(_askAgain, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
