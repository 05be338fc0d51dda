using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Clocks;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Checks;

/// <summary>Reads the clocks of all nodes, each by the shortest of several round trips, as NTP does (RFC 5905, 8).</summary>
public sealed class ClockCheck(AgentCalls calls)
{
    /// <summary>Reads and judges.</summary>
    /// <returns>One result a node, in the nodes' order; a node that is silent or refuses costs its own.</returns>
    public async Task<ClockReport> RunAsync(
        IReadOnlyList<Node> nodes, ClockRequest request, Action<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(request);
        var ruler = new Ruler(calls.Time);
        var done = 0;
        progress?.Invoke(new CheckProgress(0, $"reading the clocks of {nodes.Count} nodes"));
        var answers = await FanOut.RunAsync(nodes, ReadAsync, calls.Timeout * (request.Rounds + 1), calls.Time, cancellationToken);
        return ClockJudge.Judge(new ClockEvidence
        {
            ThresholdMs = request.ThresholdMs,
            Rounds = request.Rounds,
            Readings = [.. answers.Select(Reading)],
            Unreachable =
            [
                .. answers.Where(a => a.Failure is { IsSilent: true }).Select(a => new UnreachableHost(a.Node.Name, a.Failure!.Message)),
            ],
            TookMs = (long)ruler.Elapsed.TotalMilliseconds,
        });

        async Task<Shortest> ReadAsync(Node node, CancellationToken ct)
        {
            // The first answer pays for the connection and for code the agent has not run yet.
            await calls.CallAsync(node, AgentOperations.AgentClock, new AgentClockParams(), ct);
            Shortest? shortest = null;
            for (var i = 0; i < request.Rounds; i++)
            {
                var sent = ruler.Now;
                var clock = await calls.CallAsync(node, AgentOperations.AgentClock, new AgentClockParams(), ct);
                var back = ruler.Now;
                if (shortest is null || back - sent < shortest.RoundTrip)
                    shortest = new Shortest(back - sent, Utc(clock) - (sent + (back - sent) / 2), clock.Synchronized);
            }
            progress?.Invoke(new CheckProgress((double)Interlocked.Increment(ref done) / nodes.Count, "reading clocks"));
            return shortest!;
        }
    }

    private static ClockReading Reading(Answer<Shortest> answer) => new()
    {
        Node = answer.Node.Name,
        OffsetMs = answer.Result?.Offset.TotalMilliseconds,
        RttMs = answer.Result?.RoundTrip.TotalMilliseconds,
        Synchronized = answer.Result?.Synchronized,
        Problem = answer.Failure?.Message,
    };

    private static DateTimeOffset Utc(AgentClockResult clock) =>
        DateTimeOffset.UnixEpoch.AddTicks(clock.UnixNanoseconds / TimeSpan.NanosecondsPerTick);

    private sealed record Shortest(TimeSpan RoundTrip, TimeSpan Offset, bool? Synchronized);

    /// <summary>This machine's clock at the start and what has passed since, so that a step of the clock meanwhile does no harm.</summary>
    private sealed class Ruler(TimeProvider time)
    {
        private readonly DateTimeOffset _start = time.GetUtcNow();
        private readonly long _mark = time.GetTimestamp();

        public TimeSpan Elapsed => time.GetElapsedTime(_mark);

        public DateTimeOffset Now => _start + Elapsed;
    }
}

/// <summary>How to read the clocks.</summary>
public sealed record ClockRequest
{
    /// <summary>Ceph's monitors complain from here on (mon_clock_drift_allowed), the first of what usually runs on such nodes.</summary>
    public const double DefaultThresholdMs = 50;

    /// <summary>How far a clock may be from the median of all, in ms.</summary>
    public double ThresholdMs { get; init; } = DefaultThresholdMs;

    /// <summary>How often each clock is read, at least once.</summary>
    public int Rounds { get; init; } = 8;
}
