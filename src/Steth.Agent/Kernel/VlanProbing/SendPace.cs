namespace Steth.Agent.Kernel.VlanProbing;

/// <summary>
/// A token bucket: so many frames a second, and never more at once than a fiftieth of that. What the clock gives while nobody takes is lost
/// beyond that.
/// </summary>
public sealed class SendPace(int perSecond, TimeProvider time)
{
    private readonly double _depth = Math.Max(1, perSecond / 50.0);
    private double _tokens = Math.Max(1, perSecond / 50.0);
    private long _at = time.GetTimestamp();

    /// <summary>Waits until at least one frame may be sent.</summary>
    /// <returns>How many may, at most <paramref name="wanted"/>.</returns>
    public async ValueTask<int> TakeAsync(int wanted, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (Fill(); _tokens < 1; Fill())
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling((1 - _tokens) / perSecond * 1000)), time, cancellationToken);
        var taken = Math.Min(wanted, (int)_tokens);
        _tokens -= taken;
        return taken;
    }

    private void Fill()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(_depth, _tokens + time.GetElapsedTime(_at, now).TotalSeconds * perSecond);
        _at = now;
    }
}
