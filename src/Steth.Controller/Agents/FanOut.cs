using Steth.Controller.Inventory;

namespace Steth.Controller.Agents;

/// <summary>
/// Asks many nodes at once. A node that is dead costs its own row only, and nobody waits longer than the deadline for it.
/// </summary>
public static class FanOut
{
    /// <summary>How many nodes are asked at the same time.</summary>
    public const int Degree = 64;

    /// <summary>Calls each node once.</summary>
    /// <param name="nodes">Whom.</param>
    /// <param name="call">The call; failures other than <see cref="AgentException"/> and its own cancellation are not caught.</param>
    /// <param name="deadline">For one node, counted from when its turn comes.</param>
    /// <param name="time">Counts the deadline.</param>
    /// <param name="cancellationToken">Ends the whole with <see cref="OperationCanceledException"/>.</param>
    /// <returns>One answer a node, in the nodes' order.</returns>
    public static async Task<IReadOnlyList<Answer<T>>> RunAsync<T>(
        IReadOnlyList<Node> nodes,
        Func<Node, CancellationToken, Task<T>> call,
        TimeSpan deadline,
        TimeProvider time,
        CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(nodes);
        using var turns = new SemaphoreSlim(Degree);
        return await Task.WhenAll(nodes.Select(AskAsync));

        async Task<Answer<T>> AskAsync(Node node)
        {
            await turns.WaitAsync(cancellationToken);
            try
            {
                return await AskOneAsync(node, call, deadline, time, cancellationToken);
            }
            finally
            {
                turns.Release();
            }
        }
    }

    private static async Task<Answer<T>> AskOneAsync<T>(
        Node node, Func<Node, CancellationToken, Task<T>> call, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
        where T : class
    {
        using var patience = new CancellationTokenSource(deadline, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var start = time.GetTimestamp();
        try
        {
            var result = await call(node, both.Token).WaitAsync(both.Token);
            return new Answer<T>(node, result, null, time.GetElapsedTime(start));
        }
        catch (AgentException e)
        {
            return new Answer<T>(node, null, e, time.GetElapsedTime(start));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var silent = new AgentException(
                node.Name, FormattableString.Invariant($"{node.AgentEndpoint} did not answer within {deadline.TotalSeconds:0.###} s."), e);
            return new Answer<T>(node, null, silent, time.GetElapsedTime(start));
        }
    }
}
