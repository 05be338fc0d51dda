namespace Steth.Bench;

/// <summary>How figures are summed up and printed.</summary>
internal static class Figures
{
    public const int Rounds = 5;

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>The head of rows that stand beside a peer.</summary>
    public static void PeerHead() => Console.WriteLine($"{"figure",-52} {"steth",12} {"peer",12} {"ratio",8}  peer is");

    public static void Peer(string figure, double mine, double other, string format, string peer) =>
        Console.WriteLine($"{figure,-52} {mine.ToString(format),12} {other.ToString(format),12} {mine / other,8:F2}  {peer}");

    /// <summary>The head of rows that stand beside an aim, for what has no peer.</summary>
    public static void AimHead() => Console.WriteLine($"{"figure",-52} {"steth",12} {"least",12} {"most",8}  aim");

    public static void Aim(string figure, IReadOnlyCollection<double> values, string format, string aim) =>
        Console.WriteLine($"{figure,-52} {Median(values).ToString(format),12} {values.Min().ToString(format),12} "
            + $"{values.Max().ToString(format),8}  {aim}");
}
