using System.Text.Json;
using System.Text.Json.Serialization;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness;

/// <summary>The status of a whole check: <c>pass</c>, <c>fail</c> or <c>unknown</c>, in lower case, unlike the state of a row.</summary>
public sealed class CheckStatusJsonConverter : JsonConverter<CheckState>
{
    /// <inheritdoc/>
    public override CheckState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() switch
        {
            "pass" => CheckState.Pass,
            "fail" => CheckState.Fail,
            "unknown" => CheckState.Unknown,
            var other => throw new JsonException($"'{other}' is no status; expected pass, fail or unknown."),
        };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, CheckState value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value switch
        {
            CheckState.Pass => "pass",
            CheckState.Fail => "fail",
            _ => "unknown",
        });
    }
}
