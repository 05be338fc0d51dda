using Steth.Agent.Host;
using Steth.Agent.Rpc;
using Steth.Contracts;

namespace Steth.Agent.Operations;

/// <summary>Which handler carries out which operation: one line each.</summary>
public static class OperationMap
{
    /// <summary>Adds every operation to a dispatcher.</summary>
    public static void Map(Dispatcher dispatcher, AgentServices services)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        ArgumentNullException.ThrowIfNull(services);
        dispatcher.Map(AgentOperations.AgentInfo, new AgentInfoHandler(services.Options, services.Tools, services.Time).HandleAsync);
        dispatcher.Map(AgentOperations.OvsShow, new OvsShowHandler(services.Ovs).HandleAsync);
        dispatcher.Map(AgentOperations.OvsFlows, new OvsFlowsHandler(services.Tools, services.Ovs).HandleAsync);
        dispatcher.Map(AgentOperations.LeaseRenew, new LeaseRenewHandler(services.Leases).HandleAsync);
        dispatcher.Map(AgentOperations.LeaseRelease, new LeaseReleaseHandler(services.Leases).HandleAsync);
        dispatcher.Map(AgentOperations.LeaseList, new LeaseListHandler(services.Leases).HandleAsync);
    }
}
