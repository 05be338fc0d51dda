using System.Text.Json.Serialization;

namespace Steth.Diagnosis.Verdicts;

/// <summary>What a check came to.</summary>
public enum CheckState
{
    /// <summary>Measured, and as it should be.</summary>
    [JsonStringEnumMemberName("PASS")]
    Pass,

    /// <summary>Measured, and broken; the evidence shows where.</summary>
    [JsonStringEnumMemberName("FAIL")]
    Fail,

    /// <summary>Could not be decided: something that was needed could not be measured.</summary>
    [JsonStringEnumMemberName("UNKNOWN")]
    Unknown,
}
