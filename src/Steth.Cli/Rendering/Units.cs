using System.Globalization;

namespace Steth.Cli.Rendering;

/// <summary>Numbers with the units an operator reads.</summary>
public static class Units
{
    private static readonly string[] BitRates = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];

    /// <summary><c>9.41 Gbit/s</c>; null for null.</summary>
    public static string? BitRate(double? bitsPerSecond)
    {
        if (bitsPerSecond is not { } rate || !double.IsFinite(rate))
            return null;
        var step = 0;
        while (Math.Abs(rate) >= 1000 && step < BitRates.Length - 1)
        {
            rate /= 1000;
            step++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{rate:0.##} {BitRates[step]}");
    }

    /// <summary><c>1 node</c>, <c>12 nodes</c>.</summary>
    public static string Count(long count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");

    /// <summary><c>0.214 ms</c>; null for null.</summary>
    public static string? Milliseconds(double? milliseconds) =>
        milliseconds is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.000} ms") : null;

    /// <summary><c>50 %</c>; null for null.</summary>
    public static string? Percent(double? percent) =>
        percent is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.##} %") : null;
}
