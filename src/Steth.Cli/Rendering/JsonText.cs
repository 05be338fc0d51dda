using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Steth.Cli.Rendering;

/// <summary>A sheet or a document as JSON. A sheet is an array of objects, or one object; every key is always there.</summary>
public static class JsonText
{
    // The output goes to a terminal or a program, never into HTML: '<' and 'ü' stay readable.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the sheet and a line end.</summary>
    public static void Write(Sheet sheet, TextWriter output)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            if (!sheet.IsSingle)
                json.WriteStartArray();
            foreach (var row in sheet.Rows)
                WriteRow(json, sheet.Keys, row);
            if (!sheet.IsSingle)
                json.WriteEndArray();
        }
        output.Write(DisplayText.Escape(Encoding.UTF8.GetString(buffer.WrittenSpan)));
        output.Write('\n');
    }

    /// <summary>Writes an object as its type information says, indented, and a line end.</summary>
    public static void Write(object document, JsonTypeInfo type, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(output);
        var options = new JsonSerializerOptions(type.Options) { Encoder = Options.Encoder, WriteIndented = true };
        using var stream = new EscapedStream(output);
        JsonSerializer.Serialize(stream, document, options.GetTypeInfo(type.Type));
        output.Write('\n');
    }

    private static void WriteRow(Utf8JsonWriter json, IReadOnlyList<string> keys, IReadOnlyList<Cell> row)
    {
        json.WriteStartObject();
        for (var i = 0; i < keys.Count; i++)
        {
            json.WritePropertyName(keys[i]);
            WriteCell(json, row[i]);
        }
        json.WriteEndObject();
    }

    private static void WriteCell(Utf8JsonWriter json, Cell cell)
    {
        switch (cell.Kind)
        {
            case CellKind.Text:
                json.WriteStringValue(cell.ToPlainText());
                break;
            case CellKind.Integer:
                json.WriteNumberValue(cell.Integer);
                break;
            case CellKind.Real:
                json.WriteNumberValue(cell.Number);
                break;
            case CellKind.Flag:
                json.WriteBooleanValue(cell.IsTrue);
                break;
            case CellKind.List:
                json.WriteStartArray();
                foreach (var entry in cell.Entries)
                    json.WriteStringValue(entry);
                json.WriteEndArray();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
