namespace Steth.Agent.Limits;

/// <summary>A part of a quota that was taken; given back once, when it is disposed.</summary>
internal sealed class QuotaPart(Quota quota, long amount, IDisposable? next = null) : IDisposable
{
    private bool _given;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _given, true))
            return;
        quota.GiveBack(amount);
        next?.Dispose();
    }
}
