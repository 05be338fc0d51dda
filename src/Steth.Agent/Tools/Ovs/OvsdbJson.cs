using System.Text.Json;

namespace Steth.Agent.Tools.Ovs;

/// <summary>
/// Reads the tables <c>ovs-vsctl -f json list</c> prints: values in the notation of RFC 7047 section 5.1, where an optional value is
/// <c>["set",[]]</c> when absent and the bare value when present. What is not of that notation is a <see cref="FormatException"/>.
/// </summary>
public static class OvsdbJson
{
    /// <summary>Reads one document a line, as several commands in one ovs-vsctl print them.</summary>
    /// <returns>The rows of each table, in the order of the commands.</returns>
    /// <exception cref="FormatException">Not such documents.</exception>
    public static IReadOnlyList<IReadOnlyList<OvsdbRow>> ParseTables(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ParseTable)];
    }

    /// <summary>Reads one document.</summary>
    /// <exception cref="FormatException">Not such a document.</exception>
    public static IReadOnlyList<OvsdbRow> ParseTable(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            string[] headings = [.. root.GetProperty("headings").EnumerateArray().Select(
                h => h.GetString() ?? throw new FormatException("ovs-vsctl printed a table with a column that has no name."))];
            return [.. root.GetProperty("data").EnumerateArray().Select(cells => Row(headings, cells))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("ovs-vsctl printed something else than a table in JSON.", e);
        }
    }

    private static OvsdbRow Row(string[] headings, JsonElement cells)
    {
        if (cells.GetArrayLength() != headings.Length)
            throw new FormatException("ovs-vsctl printed a row with another number of cells than headings.");
        var row = new Dictionary<string, JsonElement>(headings.Length);
        for (var i = 0; i < headings.Length; i++)
            row[headings[i]] = cells[i].Clone();
        return new OvsdbRow(row);
    }
}
