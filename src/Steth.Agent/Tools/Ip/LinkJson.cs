using System.Net;
using System.Text.Json;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tools.Ip;

/// <summary>
/// Reads <c>ip -j -d -s address show</c> (iproute2 4.13 and later print JSON). A member that a kernel or an iproute2 does not print is
/// not measured: null.
/// </summary>
public static class LinkJson
{
    /// <summary>Reads all interfaces.</summary>
    /// <exception cref="FormatException">Not such a list.</exception>
    public static IReadOnlyList<Link> Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            // iproute2 prints an empty object for what a filter left out.
            return [.. document.RootElement.EnumerateArray().Where(l => l.TryGetProperty("ifname", out _)).Select(ParseLink)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new FormatException("ip printed something else than a list of interfaces in JSON.", e);
        }
    }

    private static Link ParseLink(JsonElement link)
    {
        string[] flags = [.. link.GetProperty("flags").EnumerateArray().Select(f => f.GetString()!)];
        var info = Member(link, "linkinfo");
        var kind = Text(info, "info_kind");
        var data = Member(info, "info_data");
        return new Link
        {
            Alias = Text(link, "ifalias"),
            Facts = new InterfaceFacts
            {
                Name = link.GetProperty("ifname").GetString()!,
                Index = link.GetProperty("ifindex").GetInt32(),
                Kind = kind,
                // Loopback prints zeroes, tunnels their IP address, InfiniBand 20 octets.
                Mac = Text(link, "link_type") == "ether" && MacAddress.TryParse(Text(link, "address"), null, out var mac) ? mac : null,
                Mtu = link.GetProperty("mtu").GetInt32(),
                AdminUp = flags.Contains("UP"),
                Carrier = flags.Contains("LOWER_UP"),
                OperState = Text(link, "operstate") ?? "UNKNOWN",
                Master = Text(link, "master"),
                Link = Text(link, "link"),
                VlanId = kind == "vlan" && Member(data, "id") is { } id ? id.GetInt32() : null,
                BondMode = kind == "bond" ? Text(data, "mode") : null,
                Addresses = [.. Addresses(link).OrderBy(a => a.Address.Address.AddressFamily)],
                Counters = Counters(Member(link, "stats64")),
            },
        };
    }

    private static IEnumerable<InterfaceAddressFacts> Addresses(JsonElement link)
    {
        if (Member(link, "addr_info") is not { } addresses)
            yield break;
        foreach (var address in addresses.EnumerateArray())
        {
            if (!IPAddress.TryParse(Text(address, "local"), out var local))
                continue;
            yield return new InterfaceAddressFacts
            {
                Address = new InterfaceAddress(local, address.GetProperty("prefixlen").GetInt32()),
                Broadcast = IPAddress.TryParse(Text(address, "broadcast"), out var broadcast) ? broadcast : null,
                Scope = Text(address, "scope") ?? "global",
            };
        }
    }

    private static InterfaceCounters? Counters(JsonElement? statistics)
    {
        if (Member(statistics, "rx") is not { } rx || Member(statistics, "tx") is not { } tx)
            return null;
        return new InterfaceCounters
        {
            RxBytes = rx.GetProperty("bytes").GetInt64(),
            RxPackets = rx.GetProperty("packets").GetInt64(),
            RxErrors = rx.GetProperty("errors").GetInt64(),
            RxDropped = rx.GetProperty("dropped").GetInt64(),
            TxBytes = tx.GetProperty("bytes").GetInt64(),
            TxPackets = tx.GetProperty("packets").GetInt64(),
            TxErrors = tx.GetProperty("errors").GetInt64(),
            TxDropped = tx.GetProperty("dropped").GetInt64(),
        };
    }

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } p && p.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement? parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
