using System.Text.Json;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering;

/// <summary>A diagnosis as one JSON or YAML document of the same shape.</summary>
public static class DiagnosisDocument
{
    /// <summary>Writes it as JSON.</summary>
    public static void WriteJson(DiagnosisReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        JsonText.Write(report, ReportJson.Default.DiagnosisReport, output);
        output.Flush();
    }

    /// <summary>Writes it as YAML.</summary>
    public static void WriteYaml(DiagnosisReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        YamlText.Write(JsonSerializer.SerializeToElement(report, ReportJson.Default.DiagnosisReport), output);
        output.Flush();
    }
}
