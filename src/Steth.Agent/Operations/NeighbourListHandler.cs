using Steth.Agent.Rpc;
using Steth.Agent.Tools.Ip;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.NeighbourList"/> out.</summary>
public sealed class NeighbourListHandler(IpTool ip)
{
    /// <summary>Lists the neighbours.</summary>
    /// <exception cref="OperationException">ToolMissing, ToolFailed, Timeout.</exception>
    public async Task<NeighbourListResult> HandleAsync(
        NeighbourListParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var text = await ip.RunAsync(["-j", "neigh", "show"], cancellationToken);
        try
        {
            return new NeighbourListResult { Neighbours = RouteJson.ParseNeighbours(text) };
        }
        catch (FormatException e)
        {
            throw new OperationException(OperationErrorCode.ToolFailed, $"The neighbours of this host cannot be read: {e.Message}", e);
        }
    }
}
