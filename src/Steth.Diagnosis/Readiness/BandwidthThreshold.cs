using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Steth.Diagnosis.Readiness;

/// <summary>The least throughput that is enough: a rate (<c>500M</c>, <c>10G</c>) or a share of the link's speed (<c>80%</c>).</summary>
/// <param name="BitsPerSecond">The rate in bit/s; null: a share is meant.</param>
/// <param name="PercentOfLink">The share, above 0 up to 100; null: a rate is meant.</param>
public readonly record struct BandwidthThreshold(double? BitsPerSecond, double? PercentOfLink) : ISpanParsable<BandwidthThreshold>
{
    private const string Units = "KMGT";

    /// <inheritdoc/>
    public static BandwidthThreshold Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static BandwidthThreshold Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var threshold)
            ? threshold
            : throw new FormatException(
                $"'{s}' is no throughput; expected a rate as in 500M or 10G (bit/s), or a share of the link as in 80%.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out BandwidthThreshold result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out BandwidthThreshold result)
    {
        result = default;
        var text = s.Trim();
        if (text.IsEmpty)
            return false;
        var unit = Units.IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
        var isShare = text[^1] == '%';
        var digits = unit >= 0 || isShare ? text[..^1].TrimEnd() : text;
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number <= 0)
            return false;
        if (isShare && number > 100)
            return false;
        var rate = number * Math.Pow(1000, unit + 1);
        if (!double.IsFinite(rate))
            return false;
        result = isShare ? new BandwidthThreshold(null, number) : new BandwidthThreshold(rate, null);
        return true;
    }

    /// <summary>As it is written: <c>500M</c>, <c>80%</c>.</summary>
    public override string ToString()
    {
        if (PercentOfLink is { } share)
            return string.Create(CultureInfo.InvariantCulture, $"{share:0.###}%");
        var (rate, unit) = (BitsPerSecond ?? 0, -1);
        while (rate >= 1000 && unit < Units.Length - 1)
            (rate, unit) = (rate / 1000, unit + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{rate:0.######}{(unit < 0 ? "" : Units[unit])}");
    }
}
