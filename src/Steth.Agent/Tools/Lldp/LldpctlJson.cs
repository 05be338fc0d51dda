using System.Globalization;
using System.Text.Json;
using Steth.Agent.Kernel;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tools.Lldp;

/// <summary>
/// Reads <c>lldpctl -f json0</c> (lldpd 0.9.6 and later; the shape without exceptions: every member is an array of objects). Neighbours
/// that lldpd heard by another protocol, as CDP, are left out, and so is what has no chassis or no port.
/// </summary>
public static class LldpctlJson
{
    private const int MostNeighbours = 1024;

    /// <summary>The neighbours by interface; empty: none. A text that is no such document has none.</summary>
    public static ILookup<string, LldpNeighbour> Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Objects(document.RootElement, "lldp").SelectMany(lldp => Objects(lldp, "interface")).Take(MostNeighbours)
                .Select(heard => (Name: Text(heard, "name"), Neighbour: Neighbour(heard)))
                .Where(heard => heard is { Name: not null, Neighbour: not null })
                .ToLookup(heard => heard.Name!, heard => heard.Neighbour!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Enumerable.Empty<LldpNeighbour>().ToLookup(_ => "");
        }
    }

    private static LldpNeighbour? Neighbour(JsonElement heard)
    {
        if (Text(heard, "via") != "LLDP"
            || Objects(heard, "chassis").FirstOrDefault() is not { ValueKind: JsonValueKind.Object } chassis
            || Objects(heard, "port").FirstOrDefault() is not { ValueKind: JsonValueKind.Object } port
            || Value(chassis, "id") is not { } chassisId || Value(port, "id") is not { } portId)
            return null;
        return new LldpNeighbour
        {
            ChassisId = chassisId,
            PortId = portId,
            SystemName = Value(chassis, "name"),
            PortDescription = Value(port, "descr"),
            VlanId = Objects(heard, "vlan").Where(IsUntagged).Select(v => Whole(Text(v, "vlan-id"), 4094)).FirstOrDefault()
                is > 0 and var id ? id : null,
            TtlSeconds = Whole(Value(port, "ttl"), ushort.MaxValue),
            Source = "lldpd",
        };
    }

    private static bool IsUntagged(JsonElement vlan) =>
        vlan.TryGetProperty("pvid", out var untagged) && untagged.ValueKind == JsonValueKind.True;

    private static string? Value(JsonElement parent, string name) =>
        Objects(parent, name).Select(o => Text(o, "value")).FirstOrDefault();

    private static IEnumerable<JsonElement> Objects(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(o => o.ValueKind == JsonValueKind.Object) : [];

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && PlainText.Of(value.GetString()!) is { Length: > 0 } text ? text : null;

    private static int? Whole(string? text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= most ? value : null;
}
