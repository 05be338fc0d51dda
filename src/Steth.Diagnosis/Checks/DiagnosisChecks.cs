using Steth.Diagnosis.Checks.Fabric;
using Steth.Diagnosis.Checks.Filters;
using Steth.Diagnosis.Checks.Flows;

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
        new FilterDropCheck(),
        new HostFilterDropCheck(),
        new ConntrackFullCheck(),
        new PortNotWiredCheck(),
        new FlowsGoneCheck(),
        new FirewallDropCheck(),
        new ForeignFlowCheck(),
        new PatchBrokenCheck(),
        new ProviderFlowMissingCheck(),
        new TunnelPortMissingCheck(),
        new TunnelFlowMissingCheck(),
        new TunnelFilteredCheck(),
        new UnderlayMtuCheck(),
        new UnderlayUnreachableCheck(),
        new VlanNotOnTrunkCheck(),
        new NicDownCheck(),
        new FabricLossCheck(),
        new DhcpServerMissingCheck(),
        new DhcpHostMissingCheck(),
        new RogueDhcpServerCheck(),
        new DhcpServerHungCheck(),
        new DhcpPortDownCheck(),
        new DhcpFilterDropCheck(),
        new RouterMissingCheck(),
        new RouterNotConfiguredCheck(),
        new NatMissingCheck(),
        new FloatingIpUnansweredCheck(),
        new ExternalGatewayDeadCheck(),
        new RouterFilterDropCheck(),
        new RouterConntrackFullCheck(),
        new MetadataProxyMissingCheck(),
        new MetadataBackendBrokenCheck(),
        new MetadataRouteMissingCheck(),
    ];
}
