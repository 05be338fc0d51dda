using Steth.Controller.Agents;
using Steth.Controller.Checks.Pairs;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Mesh;

namespace Steth.Controller.Checks.Mesh;

/// <summary>Loss and latency of every directed pair of every network at once (<c>steth check mesh</c>).</summary>
/// <remarks>
/// A reflector on every node first, then all probers at once. Pairs that lost anything or are too slow are probed again with more probes,
/// so that one stray packet is no verdict. In the end the reflectors tell what reached them, so that a loss has a direction.
/// </remarks>
public sealed class MeshCheck(AgentCalls calls)
{
    /// <summary>What the second run has more.</summary>
    private const int SecondFactor = 5;

    private const int MostProbes = 1000;

    /// <summary>Probes and judges.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="request">What to probe, and how.</param>
    /// <param name="progress">Told how far it is; null: nobody wants to know.</param>
    /// <param name="cancellationToken">Ends it; nothing stays behind on the nodes.</param>
    public async Task<MeshReport> RunAsync(
        IReadOnlyList<Node> nodes, MeshRequest request, Action<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(request);
        var start = calls.Time.GetTimestamp();
        var run = new MeshRun(calls, request, PairPlace.Pairs(PairPlace.Of(nodes, request.Networks)), progress);
        await using (run)
        {
            await run.ListenAsync(cancellationToken);
            await run.ProbeAsync(run.Tallies, request.Count, 0, cancellationToken);
            var doubtful = MeshJudge.Doubtful(run.Evidence(), request.Thresholds).Select(Key).ToHashSet();
            if (doubtful.Count > 0)
            {
                var more = Math.Min(MostProbes, request.Count * SecondFactor);
                await run.ProbeAsync([.. run.Tallies.Where(t => doubtful.Contains(Key(t.Pair())))], more, request.Count, cancellationToken);
            }
            await run.CountAsync(cancellationToken);
        }
        return MeshJudge.Judge(run.Evidence(), request.Thresholds) with
        {
            TookMs = (long)calls.Time.GetElapsedTime(start).TotalMilliseconds,
        };
    }

    private static (string, string, string, int) Key(MeshPair pair) => (pair.From, pair.To, pair.Network, pair.IpVersion);
}
