namespace Steth.Diagnosis.Checks;

/// <summary>Every check of a diagnosis, in the order of a packet's way.</summary>
public static class DiagnosisChecks
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IDiagnosisCheck> All { get; } =
    [
        new BindingFailedCheck(),
        new AgentDeadCheck(),
        new DhcpNotServedCheck(),
        new PortAdminDownCheck(),
        new RouterAdminDownCheck(),
        new TapBrokenCheck(),
        new QbrBrokenCheck(),
        new PortNotWiredCheck(),
        new NicDownCheck(),
        new DhcpPortDownCheck(),
    ];
}
