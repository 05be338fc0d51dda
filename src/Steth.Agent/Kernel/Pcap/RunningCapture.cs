namespace Steth.Agent.Kernel.Pcap;

/// <summary>One capture's place among those that run.</summary>
/// <param name="forget">Gives the place up.</param>
/// <param name="ended">Cancelled when it is to end.</param>
public sealed class RunningCapture(Action forget, CancellationToken ended) : IDisposable
{
    /// <summary>Cancelled when it is to end.</summary>
    public CancellationToken Ended => ended;

    /// <inheritdoc/>
    public void Dispose() => forget();
}
