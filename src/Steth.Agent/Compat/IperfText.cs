using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Steth.Agent.Compat;

/// <summary>Amounts as iperf 2 writes and reads them (iperf(1)).</summary>
internal static class IperfText
{
    private static readonly string[] Prefixes = ["", "K", "M", "G", "T", "P"];

    /// <summary>A rate by thousands: <c>9.41 Gbits/sec</c>.</summary>
    public static string Rate(double bitsPerSecond) => $"{Scaled(bitsPerSecond, 1000)}bits/sec";

    /// <summary>An amount by 1024: <c>11.0 GBytes</c>.</summary>
    public static string Amount(long bytes) => $"{Scaled(bytes, 1024)}Bytes";

    /// <summary>From the start until then: <c>0.0- 5.0 sec</c>.</summary>
    public static string Interval(double seconds) => string.Create(CultureInfo.InvariantCulture, $"0.0-{seconds,4:0.0} sec");

    /// <summary>Reads <c>100M</c>: digits, a fraction, one of K, M, G.</summary>
    /// <param name="text">The text.</param>
    /// <param name="step">1000 for rates, 1024 for sizes.</param>
    /// <param name="value">The plain number.</param>
    /// <returns>False when it is something else, zero, or beyond 10^15.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, int step, out long value)
    {
        value = 0;
        if (string.IsNullOrEmpty(text))
            return false;
        var power = char.ToUpperInvariant(text[^1]) switch { 'K' => 1, 'M' => 2, 'G' => 3, _ => 0 };
        var digits = power == 0 ? text.AsSpan() : text.AsSpan(0, text.Length - 1);
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        number *= Math.Pow(step, power);
        if (number is not (>= 1 and <= 1e15))
            return false;
        value = (long)number;
        return true;
    }

    private static string Scaled(double value, int step)
    {
        var prefix = 0;
        for (; value >= step && prefix < Prefixes.Length - 1; prefix++)
            value /= step;
        var format = value switch { < 9.995 => "0.00", < 99.95 => "0.0", _ => "0" };
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {Prefixes[prefix]}";
    }
}
