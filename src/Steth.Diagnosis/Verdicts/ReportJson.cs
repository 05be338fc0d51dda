using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Verdicts;

/// <summary>How a report is written as JSON: every member, absent values as null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    WriteIndented = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(DiagnosisReport))]
public sealed partial class ReportJson : JsonSerializerContext;
