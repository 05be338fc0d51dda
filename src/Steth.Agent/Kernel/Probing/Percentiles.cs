namespace Steth.Agent.Kernel.Probing;

/// <summary>Percentiles by nearest rank: always a value that was measured.</summary>
internal static class Percentiles
{
    private const int Decimals = 4;

    /// <summary>The value that <paramref name="percent"/> of the values do not exceed, in ms; null when there is none.</summary>
    /// <param name="sorted">Ascending, in 100 ns.</param>
    /// <param name="percent">Over 0, 100 at most.</param>
    public static double? Of(ReadOnlySpan<long> sorted, double percent) => sorted.IsEmpty
        ? null
        : Milliseconds(sorted[Math.Clamp((int)Math.Ceiling(sorted.Length * percent / 100) - 1, 0, sorted.Length - 1)]);

    /// <summary>100 ns as ms.</summary>
    public static double Milliseconds(double ticks) => Math.Round(ticks / TimeSpan.TicksPerMillisecond, Decimals);
}
