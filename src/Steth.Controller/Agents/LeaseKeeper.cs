using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Inventory;

namespace Steth.Controller.Agents;

/// <summary>
/// Holds leases while an experiment runs: renews each at a third of its length, and gives all back when disposed, also after a failure or
/// a cancellation. A lease that cannot be given back lapses by itself.
/// </summary>
public sealed class LeaseKeeper : IAsyncDisposable
{
    /// <summary>How long giving back may take in all.</summary>
    public static readonly TimeSpan ReleaseDeadline = TimeSpan.FromSeconds(3);

    private readonly AgentCalls _calls;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly List<(Node Node, string LeaseId, Task Renewing)> _held = [];

    /// <summary>Holds nothing yet.</summary>
    public LeaseKeeper(AgentCalls calls) => _calls = calls;

    /// <summary>Takes care of a lease from now on.</summary>
    /// <param name="node">Whose agent granted it.</param>
    /// <param name="leaseId">The lease.</param>
    /// <param name="seconds">Its length, 1–3600 s; it is renewed for as long each time.</param>
    public void Hold(Node node, string leaseId, int seconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seconds, 1);
        lock (_lock)
            _held.Add((node, leaseId, RenewAsync(node, leaseId, seconds)));
    }

    /// <summary>Gives everything back, the youngest first on each node, all nodes at once; best effort.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        List<(Node Node, string LeaseId, Task Renewing)> held;
        lock (_lock)
        {
            held = [.. _held];
            _held.Clear();
        }
        await Task.WhenAll(held.Select(h => h.Renewing));
        using var patience = new CancellationTokenSource(ReleaseDeadline, _calls.Time);
        await Task.WhenAll(held.AsEnumerable().Reverse().GroupBy(h => h.Node)
            .Select(g => ReleaseAsync(g.Key, [.. g.Select(h => h.LeaseId)], patience.Token)));
        _end.Dispose();
    }

    private async Task RenewAsync(Node node, string leaseId, int seconds)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(seconds / 3.0), _calls.Time);
        try
        {
            while (await beat.WaitForNextTickAsync(_end.Token))
            {
                try
                {
                    await _calls.CallAsync(
                        node, AgentOperations.LeaseRenew, new LeaseRenewParams { LeaseId = leaseId, Seconds = seconds }, _end.Token);
                }
                catch (AgentException e) when (e.IsSilent)
                {
                    // The agent may be back at the next beat; if not, the lease lapses, which is what it is for.
                }
            }
        }
        catch (AgentException)
        {
            // The agent knows no such lease any more: what it covered is undone, and there is nothing left to hold.
        }
        catch (OperationCanceledException)
        {
            // The experiment is over.
        }
    }

    private async Task ReleaseAsync(Node node, string[] leases, CancellationToken cancellationToken)
    {
        foreach (var lease in leases)
        {
            try
            {
                await _calls.Client.CallAsync(
                    node, AgentOperations.LeaseRelease, new LeaseReleaseParams { LeaseId = lease }, ReleaseDeadline, cancellationToken);
            }
            catch (Exception e) when (e is AgentException or OperationCanceledException)
            {
                // Best effort: the agent undoes it when the lease lapses.
            }
        }
    }
}
