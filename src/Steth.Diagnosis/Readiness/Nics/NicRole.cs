using System.Text.Json.Serialization;

namespace Steth.Diagnosis.Readiness.Nics;

/// <summary>What a NIC is on its node.</summary>
public enum NicRole
{
    /// <summary>It carries its networks alone.</summary>
    [JsonStringEnumMemberName("nic")]
    Single,

    /// <summary>A bond.</summary>
    [JsonStringEnumMemberName("bond")]
    Bond,

    /// <summary>A member of a bond.</summary>
    [JsonStringEnumMemberName("member")]
    Member,
}
