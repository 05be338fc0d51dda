using Steth.Agent.Rpc;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.OvsShow"/> out.</summary>
public sealed class OvsShowHandler(OvsDatabase database)
{
    /// <summary>Reads the database.</summary>
    /// <exception cref="OperationException">
    /// ToolFailed: it printed what cannot be read. A host without Open vSwitch is no error.
    /// </exception>
    public Task<OvsShowResult> HandleAsync(OvsShowParams parameters, CallContext call, CancellationToken cancellationToken) =>
        database.ReadAsync(cancellationToken);
}
