using System.Text.Encodings.Web;
using System.Text.Json;
using Steth.Diagnosis.Verdicts;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Steth.Cli.Rendering;

/// <summary>A diagnosis as one JSON or YAML document of the same shape.</summary>
public static class DiagnosisDocument
{
    // As everywhere: for a terminal or a program, never into HTML.
    private static readonly ReportJson _json =
        new(new JsonSerializerOptions(ReportJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes it as JSON.</summary>
    public static void WriteJson(DiagnosisReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(DisplayText.Escape(JsonSerializer.Serialize(report, _json.DiagnosisReport)));
        output.Write('\n');
        output.Flush();
    }

    /// <summary>Writes it as YAML.</summary>
    public static void WriteYaml(DiagnosisReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var document = new StringWriter();
        var emitter = YamlText.Begin(document);
        Emit(emitter, JsonSerializer.SerializeToElement(report, _json.DiagnosisReport));
        YamlText.End(emitter, document, output);
        output.Flush();
    }

    private static void Emit(Emitter emitter, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                emitter.Emit(new MappingStart(default, default, true, MappingStyle.Block));
                foreach (var member in value.EnumerateObject())
                {
                    emitter.Emit(YamlText.Text(member.Name));
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
                emitter.Emit(YamlText.Text(value.GetString()!));
                break;
            default:
                emitter.Emit(YamlText.Plain(value.GetRawText()));
                break;
        }
    }
}
