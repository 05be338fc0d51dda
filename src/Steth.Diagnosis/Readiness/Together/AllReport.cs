using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Together;

/// <summary>All checks of one run (<c>steth check all</c>): what is broken stands once, with the check that found it first.</summary>
public sealed record AllReport : CheckReport
{
    /// <summary>A row a check, in the order they ran.</summary>
    [JsonPropertyOrder(0)]
    public required IReadOnlyList<AllResult> Results { get; init; }

    /// <summary>The whole report of each check that was run, in the same order.</summary>
    [JsonPropertyOrder(20)]
    [JsonConverter(typeof(CheckReportsJsonConverter))]
    public required IReadOnlyList<CheckReport> Reports { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<CheckCase> Cases =>
        [.. Results.Where(row => row.State is not null).Select(row => new CheckCase("all", row.Check, row.State!.Value, row.Reason))];

    /// <inheritdoc/>
    [JsonIgnore]
    public override JsonTypeInfo JsonType => AllReportJson.Default.AllReport;
}

/// <summary>What one check came to.</summary>
public sealed record AllResult
{
    /// <summary>Its name.</summary>
    public required string Check { get; init; }

    /// <summary>What it came to; UNKNOWN when it could not be run; null: it was not wanted.</summary>
    public required CheckState? State { get; init; }

    /// <summary>Its findings that are broken, and no consequence of what an earlier check found.</summary>
    public required int Broken { get; init; }

    /// <summary>Its findings that could not be measured, and no consequence either.</summary>
    public required int NotMeasured { get; init; }

    /// <summary>Its findings that may be consequences of what an earlier check found.</summary>
    public required int Consequences { get; init; }

    /// <summary>Why it was not run; null: it was.</summary>
    public string? Reason { get; init; }

    /// <summary>How long it took in ms.</summary>
    public required long TookMs { get; init; }
}

/// <summary>Writes reports of several kinds, each in its own shape. They are never read again.</summary>
public sealed class CheckReportsJsonConverter : JsonConverter<IReadOnlyList<CheckReport>>
{
    /// <inheritdoc/>
    public override IReadOnlyList<CheckReport> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException("The report of all checks is written only.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<CheckReport> value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartArray();
        foreach (var report in value)
            JsonSerializer.Serialize(writer, report, report.JsonType);
        writer.WriteEndArray();
    }
}

/// <summary>JSON shape of <see cref="AllReport"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(AllReport))]
public sealed partial class AllReportJson : JsonSerializerContext;
