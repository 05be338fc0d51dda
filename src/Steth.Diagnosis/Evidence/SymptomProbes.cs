namespace Steth.Diagnosis.Evidence;

/// <summary>Which exchanges tell a symptom.</summary>
public static class SymptomProbes
{
    /// <summary>The exchanges of a symptom, in the order tried.</summary>
    public static IReadOnlyList<ProbeKind> Of(Symptom symptom) => symptom switch
    {
        Symptom.NoIp => [ProbeKind.Dhcp],
        Symptom.NoGateway => [ProbeKind.ArpGateway, ProbeKind.EchoGateway],
        Symptom.NoInternet => [ProbeKind.EchoInternet],
        Symptom.NoFloatingIp => [ProbeKind.EchoFloating],
        Symptom.NoMetadata => [ProbeKind.ArpMetadata, ProbeKind.SynMetadata],
        Symptom.NoPeer => [ProbeKind.ArpPeer, ProbeKind.EchoPeer, ProbeKind.EchoFromPeer],
        _ => [ProbeKind.EchoLarge],
    };
}
