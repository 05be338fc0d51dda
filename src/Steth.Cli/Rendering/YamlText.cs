using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Steth.Cli.Rendering;

/// <summary>
/// A sheet or a document as YAML. A sheet is a sequence of mappings, or one mapping. Strings another reader could take for something else
/// are quoted.
/// </summary>
public static class YamlText
{
    // What YAML 1.1 readers (PyYAML) resolve to a boolean or null; numbers, dates and sexagesimals begin with a digit or a sign.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "none",
    };

    /// <summary>Writes the document.</summary>
    public static void Write(Sheet sheet, TextWriter output)
    {
        using var document = new StringWriter();
        var emitter = Begin(document);
        if (!sheet.IsSingle)
            emitter.Emit(new SequenceStart(default, default, true, sheet.Rows.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
        foreach (var row in sheet.Rows)
            EmitRow(emitter, sheet.Keys, row);
        if (!sheet.IsSingle)
            emitter.Emit(new SequenceEnd());
        End(emitter, document, output);
    }

    /// <summary>Writes a JSON document as YAML of the same shape.</summary>
    public static void Write(JsonElement value, TextWriter output)
    {
        using var document = new StringWriter();
        var emitter = Begin(document);
        Emit(emitter, value);
        End(emitter, document, output);
    }

    private static Emitter Begin(TextWriter document)
    {
        // The emitter's own width would fold long strings; a reader of lines would rather have them whole.
        var emitter = new Emitter(document,
            new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024).WithNewLine("\n"));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        return emitter;
    }

    private static void End(Emitter emitter, StringWriter document, TextWriter output)
    {
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        output.Write(DisplayText.Escape(document.ToString()));
    }

    private static void Emit(Emitter emitter, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                emitter.Emit(new MappingStart(default, default, true, MappingStyle.Block));
                foreach (var member in value.EnumerateObject())
                {
                    emitter.Emit(Text(member.Name));
                    Emit(emitter, member.Value);
                }
                emitter.Emit(new MappingEnd());
                break;
            case JsonValueKind.Array:
                var style = value.GetArrayLength() == 0 ? SequenceStyle.Flow : SequenceStyle.Block;
                emitter.Emit(new SequenceStart(default, default, true, style));
                foreach (var entry in value.EnumerateArray())
                    Emit(emitter, entry);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                emitter.Emit(Text(value.GetString()!));
                break;
            default:
                emitter.Emit(Plain(value.GetRawText()));
                break;
        }
    }

    private static void EmitRow(Emitter emitter, IReadOnlyList<string> keys, IReadOnlyList<Cell> row)
    {
        emitter.Emit(new MappingStart(default, default, true, MappingStyle.Block));
        for (var i = 0; i < keys.Count; i++)
        {
            emitter.Emit(Text(keys[i]));
            EmitCell(emitter, row[i]);
        }
        emitter.Emit(new MappingEnd());
    }

    private static void EmitCell(Emitter emitter, Cell cell)
    {
        switch (cell.Kind)
        {
            case CellKind.Text:
                emitter.Emit(Text(cell.ToPlainText()));
                break;
            case CellKind.List:
                emitter.Emit(new SequenceStart(default, default, true, cell.Entries.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var entry in cell.Entries)
                    emitter.Emit(Text(entry));
                emitter.Emit(new SequenceEnd());
                break;
            case CellKind.Real:
                emitter.Emit(Plain(cell.Number.ToString("0.0##############", CultureInfo.InvariantCulture)));
                break;
            default:
                emitter.Emit(Plain(cell.Kind == CellKind.Absent ? "null" : cell.ToPlainText()));
                break;
        }
    }

    private static Scalar Plain(string value) => new(default, default, value, ScalarStyle.Plain, true, false);

    private static Scalar Text(string value)
    {
        var style = DisplayText.HasHidden(value) ? ScalarStyle.DoubleQuoted
            : IsUnmistakable(value) ? ScalarStyle.Any
            : ScalarStyle.SingleQuoted;
        return new Scalar(default, default, value, style, style == ScalarStyle.Any, true);
    }

    private static bool IsUnmistakable(string value) =>
        value.Length > 0 && (char.IsLetter(value[0]) || value[0] is '/' or '_') && !Reserved.Contains(value) && !value.EndsWith(':');
}
