using Steth.Agent.Limits;
using Steth.Agent.Rpc;
using Steth.Contracts;

namespace Steth.Agent.Operations;

/// <summary>
/// Bounds what all sending calls of this host send together. Each announces its packets a second before it starts and is refused when
/// they would be too many beside those of the others.
/// </summary>
public sealed class SendingRoom
{
    private readonly Quota _packets = new(HostLimits.PacketsPerSecond);

    /// <summary>A handler that starts only where there is room.</summary>
    /// <param name="packetsPerSecond">What a call announces; nothing it may not say is more than all there is.</param>
    /// <param name="handler">Carries it out; it refuses what the announced number may not be.</param>
    public OperationHandler<TParams, TResult> Bound<TParams, TResult>(
        Func<TParams, long> packetsPerSecond, OperationHandler<TParams, TResult> handler) =>
        async (parameters, call, cancellationToken) =>
        {
            using (Take(packetsPerSecond(parameters)))
                return await handler(parameters, call, cancellationToken);
        };

    /// <summary>The same for one with events.</summary>
    public OperationHandler<TParams, TResult, TEvent> Bound<TParams, TResult, TEvent>(
        Func<TParams, long> packetsPerSecond, OperationHandler<TParams, TResult, TEvent> handler) =>
        async (parameters, events, call, cancellationToken) =>
        {
            using (Take(packetsPerSecond(parameters)))
                return await handler(parameters, events, call, cancellationToken);
        };

    private QuotaPart Take(long packetsPerSecond)
    {
        // What is out of range is refused by the handler, in its own words.
        var amount = Math.Clamp(packetsPerSecond, 0, HostLimits.PacketsPerSecond);
        return _packets.Take(amount) == Shortage.None
            ? new QuotaPart(_packets, amount)
            : throw new OperationException(OperationErrorCode.Busy,
                $"{_packets.Held} packets a second are sent by other calls on this agent, and {HostLimits.PacketsPerSecond} is the most; "
                + $"{amount} more are too many: send slower, or ask again later.");
    }
}
