namespace Steth.Agent.Operations.Scanning;

/// <summary>Holds frames back so that no more than so many leave a second.</summary>
internal sealed class SendPace(int perSecond, TimeProvider time)
{
    // Shorter waits than the timer's are not worth it; what is late is sent at once.
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(1);

    private readonly long _start = time.GetTimestamp();
    private int _sent;

    /// <summary>Waits for the turn of the next frame.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        var due = TimeSpan.FromSeconds((double)_sent++ / perSecond);
        if (due - time.GetElapsedTime(_start) is var early && early >= _shortest)
            await Task.Delay(early, time, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
