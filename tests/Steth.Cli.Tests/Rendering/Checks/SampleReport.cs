using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Steth.Diagnosis.Readiness;

namespace Steth.Cli.Tests.Rendering.Checks;

/// <summary>A check's report with rows of text, for what every check has in common.</summary>
internal sealed record SampleReport : CheckReport
{
    [JsonPropertyOrder(0)]
    public required IReadOnlyList<string> Results { get; init; }

    [JsonIgnore]
    public IReadOnlyList<CheckCase> Tried { get; init; } = [];

    [JsonIgnore]
    public override IReadOnlyList<CheckCase> Cases => Tried;

    [JsonIgnore]
    public override JsonTypeInfo JsonType => SampleReportJson.Default.SampleReport;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SampleReport))]
internal sealed partial class SampleReportJson : JsonSerializerContext;
