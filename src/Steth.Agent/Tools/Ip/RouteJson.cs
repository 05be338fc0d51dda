using System.Net;
using System.Text.Json;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tools.Ip;

/// <summary>Reads what <c>ip -j -4 route show</c> and <c>ip -j neigh show</c> print.</summary>
public static class RouteJson
{
    /// <summary>Reads routes; one with several next hops becomes as many.</summary>
    /// <exception cref="FormatException">Not such a list.</exception>
    public static IReadOnlyList<RouteFacts> ParseRoutes(string text) => Parse(text, route =>
    {
        var destination = Text(route, "dst") ?? throw new FormatException("A route goes nowhere.");
        if (destination != "default" && !destination.Contains('/'))
            destination += "/32";
        var kind = Text(route, "type") is { } type and not "unicast" ? type : null;
        var hops = route.TryGetProperty("nexthops", out var several) ? several.EnumerateArray().ToArray() : [route];
        return hops.Select(hop => new RouteFacts
        {
            Destination = destination,
            Gateway = Gateway(hop),
            Device = Text(hop, "dev"),
            Kind = kind,
        });
    });

    /// <summary>Reads neighbours.</summary>
    /// <exception cref="FormatException">Not such a list.</exception>
    public static IReadOnlyList<NeighbourFacts> ParseNeighbours(string text) => Parse<NeighbourFacts>(text, neighbour =>
        IPAddress.TryParse(Text(neighbour, "dst"), out var address) && Text(neighbour, "dev") is { } device
            ? [new NeighbourFacts
            {
                Address = address,
                Device = device,
                Mac = MacAddress.TryParse(Text(neighbour, "lladdr"), null, out var mac) ? mac : null,
                State = neighbour.TryGetProperty("state", out var states) ? string.Join(',', states.EnumerateArray()) : "NONE",
            }]
            : throw new FormatException("A neighbour has no address or no device."));

    private static T[] Parse<T>(string text, Func<JsonElement, IEnumerable<T>> read)
    {
        try
        {
            // An empty table prints nothing at all in some versions of iproute2.
            using var document = JsonDocument.Parse(string.IsNullOrWhiteSpace(text) ? "[]" : text);
            return [.. document.RootElement.EnumerateArray().SelectMany(read)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("ip printed something else than a list in JSON.", e);
        }
    }

    // The next hop of an IPv4 route may be an IPv6 address (RFC 8950), under another name.
    private static IPAddress? Gateway(JsonElement hop)
    {
        var text = Text(hop, "gateway") ?? (hop.TryGetProperty("via", out var via) ? Text(via, "host") : null);
        return IPAddress.TryParse(text, out var gateway) ? gateway : null;
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
