using System.Text.Json;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tools.Ip;

/// <summary>
/// Reads the counters of <c>ip -j -s -s link show</c>: rtnl_link_stats64, and how often the link came or went. What an iproute2 does not
/// print is not measured: null.
/// </summary>
public static class LinkCountersJson
{
    /// <summary>By device name; devices without counters are left out.</summary>
    /// <exception cref="FormatException">Not such a list.</exception>
    public static IReadOnlyDictionary<string, NicCounters> Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var counters = new Dictionary<string, NicCounters>(StringComparer.Ordinal);
            foreach (var link in document.RootElement.EnumerateArray())
            {
                if (Member(link, "ifname") is { ValueKind: JsonValueKind.String } name && Counters(link) is { } of)
                    counters.TryAdd(name.GetString()!, of);
            }
            return counters;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("ip printed something else than a list of interfaces in JSON.", e);
        }
    }

    private static NicCounters? Counters(JsonElement link)
    {
        if (Member(link, "stats64") is not { } stats || Member(stats, "rx") is not { } rx || Member(stats, "tx") is not { } tx)
            return null;
        return new NicCounters
        {
            RxPackets = Whole(rx, "packets"),
            TxPackets = Whole(tx, "packets"),
            RxErrors = Whole(rx, "errors"),
            RxDropped = Whole(rx, "dropped"),
            RxCrc = Whole(rx, "crc_errors"),
            RxFifo = Whole(rx, "fifo_errors"),
            RxMissed = Whole(rx, "missed_errors"),
            TxErrors = Whole(tx, "errors"),
            TxDropped = Whole(tx, "dropped"),
            TxCarrier = Whole(tx, "carrier_errors"),
            TxFifo = Whole(tx, "fifo_errors"),
            CarrierChanges = Whole(tx, "carrier_changes"),
        };
    }

    private static long? Whole(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) && number >= 0
            ? number : null;

    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : null;
}
