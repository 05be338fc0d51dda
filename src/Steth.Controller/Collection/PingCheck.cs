using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Collection;

/// <summary>Pings many addresses from one node (<c>ping</c>).</summary>
public sealed class PingCheck(AgentCalls calls)
{
    /// <summary>Pings all targets at once.</summary>
    /// <param name="node">From where.</param>
    /// <param name="parameters">What.</param>
    /// <param name="onTarget">Told of each target when it is done; null: nobody wants to know.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="AgentException">The agent is silent or refuses.</exception>
    public Task<PingResult> RunAsync(
        Node node, PingParams parameters, Action<PingTargetResult>? onTarget, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        // Every target's last probe leaves after count - 1 intervals and is waited for once.
        var takes = TimeSpan.FromMilliseconds(((double)parameters.Count - 1) * parameters.IntervalMs + parameters.TimeoutMs);
        return calls.StreamAsync(node, AgentOperations.Ping, parameters, onTarget ?? (_ => { }), takes, cancellationToken);
    }
}
