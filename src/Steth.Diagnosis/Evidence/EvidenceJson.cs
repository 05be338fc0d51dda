using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Evidence;

/// <summary>How evidence is written to a file and read again. Members this version does not know are skipped.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter), typeof(IPNetworkJsonConverter)])]
[JsonSerializable(typeof(DiagnosisEvidence))]
public sealed partial class EvidenceJson : JsonSerializerContext;
