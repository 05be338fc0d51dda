using System.Text.Json;

namespace Steth.Agent.Tools.Ovs;

/// <summary>One row of an OVSDB table. A column that is not there reads as absent: older schemas lack some.</summary>
public sealed class OvsdbRow
{
    private readonly IReadOnlyDictionary<string, JsonElement> _cells;

    internal OvsdbRow(IReadOnlyDictionary<string, JsonElement> cells) => _cells = cells;

    /// <summary>A text; null when absent.</summary>
    /// <exception cref="FormatException">The column holds something else.</exception>
    public string? Text(string column) => Single(column) is { } value ? TextOf(column, value) : null;

    /// <summary>A whole number; null when absent.</summary>
    /// <exception cref="FormatException">The column holds something else.</exception>
    public int? Number(string column) => Single(column) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : throw Unexpected(column);

    /// <summary>All numbers of a set.</summary>
    /// <exception cref="FormatException">The column holds something else.</exception>
    public IReadOnlyList<int> Numbers(string column) =>
        [
            .. Elements(column)
                .Select(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out var number) ? number : throw Unexpected(column)),
        ];

    /// <summary>The row's own or other rows' ids.</summary>
    /// <exception cref="FormatException">The column holds something else.</exception>
    public IReadOnlyList<Guid> Ids(string column) =>
        [.. Elements(column)
            .Select(e => Tagged(e, "uuid") is { ValueKind: JsonValueKind.String } id && id.TryGetGuid(out var guid)
                ? guid
                : throw Unexpected(column))];

    /// <summary>A map of texts.</summary>
    /// <exception cref="FormatException">The column holds something else.</exception>
    public IReadOnlyDictionary<string, string> TextMap(string column) => Map(column, value => TextOf(column, value));

    /// <summary>A map of whole numbers.</summary>
    /// <exception cref="FormatException">The column holds something else.</exception>
    public IReadOnlyDictionary<string, long> NumberMap(string column) =>
        Map(column,
            value => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : throw Unexpected(column));

    private static JsonElement? Tagged(JsonElement value, string tag) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2
        && value[0].ValueKind == JsonValueKind.String && value[0].ValueEquals(tag) ? value[1] : null;

    private static FormatException Unexpected(string column) =>
        new($"Open vSwitch's column '{column}' holds a value of an unexpected kind.");

    private static string TextOf(string column, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Unexpected(column);

    private Dictionary<string, T> Map<T>(string column, Func<JsonElement, T> read)
    {
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        if (!_cells.TryGetValue(column, out var cell))
            return map;
        if (Tagged(cell, "map") is not { ValueKind: JsonValueKind.Array } pairs)
            throw Unexpected(column);
        foreach (var pair in pairs.EnumerateArray())
        {
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2)
                throw Unexpected(column);
            map[TextOf(column, pair[0])] = read(pair[1]);
        }
        return map;
    }

    private JsonElement? Single(string column)
    {
        var elements = Elements(column);
        return elements.Count switch
        {
            0 => null,
            1 => elements[0],
            _ => throw Unexpected(column),
        };
    }

    private IReadOnlyList<JsonElement> Elements(string column) =>
        !_cells.TryGetValue(column, out var cell) ? []
        : Tagged(cell, "set") is not { } set ? [cell]
        : set.ValueKind == JsonValueKind.Array ? [.. set.EnumerateArray()]
        : throw Unexpected(column);
}
