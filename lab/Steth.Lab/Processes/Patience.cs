using System.Globalization;

namespace Steth.Lab.Processes;

/// <summary>
/// How long to wait for what a machine does at its own pace. STETH_LAB_PATIENCE, 1 to 100, stretches it where that is slow: in a guest, or
/// with many labs at once.
/// </summary>
internal static class Patience
{
    private static readonly int Factor =
        int.TryParse(Environment.GetEnvironmentVariable("STETH_LAB_PATIENCE"), NumberStyles.None, CultureInfo.InvariantCulture, out var factor)
            ? Math.Clamp(factor, 1, 100) : 1;

    /// <summary>So many seconds on an ordinary machine.</summary>
    public static TimeSpan OfSeconds(int seconds) => TimeSpan.FromSeconds(seconds) * Factor;
}
