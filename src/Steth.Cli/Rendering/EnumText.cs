using System.Text.Json;
using Steth.Diagnosis.Evidence;

namespace Steth.Cli.Rendering;

/// <summary>The words of the evidence's and the report's JSON, for a reader.</summary>
public static class EnumText
{
    /// <summary>no-ip, no-gateway, ….</summary>
    public static string Of(Symptom symptom) => JsonSerializer.SerializeToElement(symptom, EvidenceJson.Default.Symptom).GetString()!;

    /// <summary>dhcp, arp-gateway, ….</summary>
    public static string Of(ProbeKind probe) => JsonSerializer.SerializeToElement(probe, EvidenceJson.Default.ProbeKind).GetString()!;
}
