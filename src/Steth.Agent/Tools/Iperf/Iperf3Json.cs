using System.Text.Json;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tools.Iperf;

/// <summary>
/// Reads what <c>iperf3 --json</c> prints at the end of a run, and the lines of <c>--json-stream</c> (iperf3 3.17 and later), each
/// <c>{"event":"start|interval|end|error","data":…}</c> with the same parts.
/// </summary>
public static class Iperf3Json
{
    /// <summary>Reads the one document of <c>--json</c>.</summary>
    /// <exception cref="FormatException">Not such a document.</exception>
    public static (IperfOutcome Outcome, IReadOnlyList<IperfInterval> Intervals) ParseDocument(string text) => Read(() =>
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        if (Member(root, "error") is { } error)
            return (new IperfOutcome { Error = error.GetString() }, (IReadOnlyList<IperfInterval>)[]);
        return (Outcome(root.GetProperty("end")), [.. root.GetProperty("intervals").EnumerateArray().Select(Interval)]);
    });

    /// <summary>Whether a line of <c>--json-stream</c> tells an interval: <see cref="ParseStream"/> needs none.</summary>
    public static bool IsStreamedInterval(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.StartsWith("""{"event":"interval",""", StringComparison.Ordinal);
    }

    /// <summary>Reads one line of <c>--json-stream</c>; null when it is no interval.</summary>
    public static IperfInterval? ParseStreamedInterval(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("event").ValueEquals("interval")
                ? Interval(document.RootElement.GetProperty("data"))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // The whole output is judged at the end.
            return null;
        }
    }

    /// <summary>Reads all lines of <c>--json-stream</c> at the end.</summary>
    /// <exception cref="FormatException">Not such lines, or they do not end.</exception>
    public static IperfOutcome ParseStream(string text) => Read(() =>
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            using var document = JsonDocument.Parse(line);
            var happening = document.RootElement.GetProperty("event");
            var data = document.RootElement.GetProperty("data");
            if (happening.ValueEquals("error"))
                return new IperfOutcome { Error = data.GetString() };
            if (happening.ValueEquals("end") && Member(data, "streams") is not null)
                return Outcome(data);
        }
        throw new FormatException("iperf3 ended without a result.");
    });

    private static IperfOutcome Outcome(JsonElement end)
    {
        // TCP: sum_sent and sum_received. UDP: sum, whose jitter and loss are the receiver's, and sum_received from iperf3 3.6 on.
        var udp = Member(end, "sum") is { } sum && Member(sum, "jitter_ms") is not null ? sum : (JsonElement?)null;
        var lost = udp?.GetProperty("lost_percent").GetDouble();
        var received = Member(end, "sum_received");
        var total = received ?? udp ?? end.GetProperty("sum_sent");
        var arrived = received is null && lost is not null ? 1 - lost.Value / 100 : 1;
        return new IperfOutcome
        {
            BitsPerSecond = total.GetProperty("bits_per_second").GetDouble() * arrived,
            Bytes = (long)(total.GetProperty("bytes").GetDouble() * arrived),
            Seconds = total.GetProperty("seconds").GetDouble(),
            Retransmits = Member(end, "sum_sent") is { } sent && Member(sent, "retransmits") is { } again ? again.GetInt64() : null,
            JitterMs = udp?.GetProperty("jitter_ms").GetDouble(),
            LossPercent = lost,
            SenderCpuPercent = Cpu(end, "host_total"),
            ReceiverCpuPercent = Cpu(end, "remote_total"),
        };
    }

    // Of the processes, not of the hosts, in spite of the name: iperf3 takes it from getrusage(2).
    private static double? Cpu(JsonElement end, string side) =>
        Member(end, "cpu_utilization_percent") is { } cpu && Member(cpu, side) is { } share ? share.GetDouble() : null;

    private static IperfInterval Interval(JsonElement interval)
    {
        var sum = interval.GetProperty("sum");
        return new IperfInterval
        {
            EndSeconds = sum.GetProperty("end").GetDouble(),
            BitsPerSecond = sum.GetProperty("bits_per_second").GetDouble(),
        };
    }

    private static JsonElement? Member(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) ? value : null;

    private static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("iperf3 printed something else than its JSON.", e);
        }
    }
}
