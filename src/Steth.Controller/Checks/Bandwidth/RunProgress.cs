namespace Steth.Controller.Checks.Bandwidth;

/// <summary>Counts runs and tells how long the rest will take.</summary>
/// <param name="time">The clock.</param>
/// <param name="runs">Runs there are in all.</param>
/// <param name="rounds">Rounds there are in all.</param>
/// <param name="round">How long a round takes, as far as is known before the first.</param>
/// <param name="report">Told; null: nobody wants to know.</param>
internal sealed class RunProgress(TimeProvider time, int runs, int rounds, TimeSpan round, Action<CheckProgress>? report)
{
    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private int _runs;
    private int _rounds;

    /// <summary>A network's servers are being started.</summary>
    public void Begin(string network) => Tell(network);

    /// <summary>A run is over.</summary>
    public void RunDone(string network)
    {
        lock (_lock)
            _runs++;
        Tell(network);
    }

    /// <summary>A round is over.</summary>
    public void RoundDone()
    {
        lock (_lock)
            _rounds++;
    }

    private void Tell(string network)
    {
        if (report is null)
            return;
        lock (_lock)
        {
            var each = _rounds == 0 ? round : time.GetElapsedTime(_start) / _rounds;
            var left = (each * Math.Max(1, rounds - _rounds)).TotalSeconds;
            report(new CheckProgress(
                runs == 0 ? null : (double)_runs / runs,
                FormattableString.Invariant($"{_runs} of {runs} runs, on {network}, about ")
                    + (left < 90 ? FormattableString.Invariant(
                        $"{left:0} s left") : FormattableString.Invariant($"{left / 60:0} min left"))));
        }
    }
}
