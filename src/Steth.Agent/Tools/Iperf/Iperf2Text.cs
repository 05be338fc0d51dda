using System.Globalization;
using System.Text.RegularExpressions;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tools.Iperf;

/// <summary>
/// Reads the report of <c>iperf -f b</c>, version 2. Its CSV (<c>-y C</c>) leaves out what a UDP server reports and exits with 0 after a
/// refused connection, so the text is read: <c>[ ID] FROM-TO sec  N Bytes  N bits/sec</c>, for a UDP server's report followed by
/// <c>JITTER ms  LOST/TOTAL (…)</c>. Several streams add a <c>[SUM]</c> line.
/// </summary>
public static partial class Iperf2Text
{
    // Intervals are asked for every second; a line over more is the result of the run.
    private const double LongestInterval = 1.5;

    /// <summary>Reads one line while it runs; null when it is no interval of the whole run.</summary>
    /// <param name="line">The line.</param>
    /// <param name="streams">How many streams run; with several only their sum counts.</param>
    public static IperfInterval? ParseInterval(string line, int streams)
    {
        var report = Reports(line).FirstOrDefault();
        return report is null || report.Jitter is not null || report.To - report.From > LongestInterval || streams > 1 != report.IsSum
            ? null
            : new IperfInterval { EndSeconds = report.To, BitsPerSecond = report.Rate };
    }

    /// <summary>Whether a line reports an interval that is not from the beginning: <see cref="Parse"/> needs none.</summary>
    public static bool IsLaterInterval(string line) => Reports(line).FirstOrDefault() is { From: > 0 };

    /// <summary>Reads the whole report.</summary>
    /// <param name="text">Standard output.</param>
    /// <param name="stderr">Standard error, where some versions say why they failed.</param>
    public static IperfOutcome Parse(string text, string stderr)
    {
        var reports = Reports(text).Where(r => r.From == 0).ToList();
        var failure = (stderr + "\n" + text).Split('\n').FirstOrDefault(l => l.Contains("failed", StringComparison.Ordinal))?.Trim();
        if (reports.Count == 0)
            return new IperfOutcome { Error = failure ?? $"iperf ended without a report: {stderr.Trim()}" };

        // What the server said of each stream beats what the client sent; the last line of a stream covers the longest time.
        var received = Totals(reports.Where(r => r.Jitter is not null));
        if (received.Count > 0)
        {
            var datagrams = Sum(received, r => r.Datagrams);
            return Sum(received) with
            {
                JitterMs = received.Average(r => r.Jitter),
                LossPercent = datagrams == 0 ? null : 100.0 * Sum(received, r => r.Lost) / datagrams,
            };
        }
        var sums = Totals(reports.Where(r => r.IsSum));
        return Sum(sums.Count > 0 ? sums : Totals(reports));
    }

    private static IperfOutcome Sum(List<Report> totals) => new()
    {
        BitsPerSecond = totals.Sum(r => r.Rate),
        Bytes = Sum(totals, r => r.Bytes),
        Seconds = totals.Max(r => r.To),
    };

    private static long Sum(List<Report> reports, Func<Report, long> number)
    {
        try
        {
            return reports.Sum(number);
        }
        catch (OverflowException e)
        {
            throw new FormatException("iperf printed numbers too large to add up", e);
        }
    }

    private static List<Report> Totals(IEnumerable<Report> reports) => [.. reports.GroupBy(r => r.Id).Select(g => g.MaxBy(r => r.To)!)];

    private static IEnumerable<Report> Reports(string text) => ReportLine().Matches(text).Select(m => new Report
    {
        Id = m.Groups["id"].Value,
        From = Number(m.Groups["from"].Value),
        To = Number(m.Groups["to"].Value),
        Bytes = (long)Number(m.Groups["bytes"].Value),
        Rate = Number(m.Groups["rate"].Value),
        Jitter = m.Groups["jitter"].Success ? Number(m.Groups["jitter"].Value) : null,
        Lost = m.Groups["lost"].Success ? (long)Number(m.Groups["lost"].Value) : 0,
        Datagrams = m.Groups["total"].Success ? (long)Number(m.Groups["total"].Value) : 0,
    });

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^\[\s*(?<id>SUM|\d+)\]\s+(?<from>[\d.]+)-\s*(?<to>[\d.]+)\s+sec\s+(?<bytes>\d+)\s+Bytes"
        + @"\s+(?<rate>[\d.]+(?:e[+-]?\d+)?)\s+bits/sec(?:\s+(?<jitter>[\d.]+)\s+ms\s+(?<lost>\d+)/\s*(?<total>\d+))?",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex ReportLine();

    private sealed record Report
    {
        public required string Id { get; init; }

        public required double From { get; init; }

        public required double To { get; init; }

        public required long Bytes { get; init; }

        public required double Rate { get; init; }

        public double? Jitter { get; init; }

        public long Lost { get; init; }

        public long Datagrams { get; init; }

        public bool IsSum => Id == "SUM";
    }
}
