using System.Globalization;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.OvsFlows"/> out.</summary>
public sealed class OvsFlowsHandler(IToolRunner tools, OvsDatabase database)
{
    // ovs-ofctl agrees with the bridge on the highest version both allow; Neutron's bridges refuse some of these, a plain one none.
    private const string Versions = "OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15";

    /// <summary>Dumps the flows of a bridge, ports by number as <see cref="OvsInterface.Ofport"/> gives them.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams, NoSuchDevice (names the bridges there are), ToolMissing, ToolFailed, Timeout.
    /// </exception>
    public async Task<OvsFlowsResult> HandleAsync(OvsFlowsParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Table is < 0 or > 254)
            throw new OperationException(
                OperationErrorCode.InvalidParams, $"table {parameters.Table} is not an OpenFlow table; expected 0-254.");
        var bridge = parameters.Bridge.ToString();
        List<string> arguments = ["--timeout=5", "-O", Versions, "--no-names", "dump-flows", bridge];
        if (parameters.Table is { } table)
            arguments.Add(string.Create(CultureInfo.InvariantCulture, $"table={table}"));

        // Only the database knows what is a bridge: ovs-ofctl would take a name for the name of a socket file as well.
        await database.RequireBridgeAsync(bridge, cancellationToken);
        var output = await tools.RunAsync(new ToolCommand { Program = "ovs-ofctl", Arguments = arguments }, cancellationToken);
        if (output.ExitCode == 128 + 14)
            throw new OperationException(
                OperationErrorCode.Timeout, $"Bridge '{bridge}' did not answer within 5 s; look at the service ovs-vswitchd.");
        if (output.ExitCode != 0)
            throw new OperationException(
                OperationErrorCode.ToolFailed, $"Flows of bridge '{bridge}' cannot be read: {output.Stderr.Trim()}");
        try
        {
            return new OvsFlowsResult { Flows = FlowDump.Parse(output.Stdout) };
        }
        catch (FormatException e)
        {
            throw new OperationException(OperationErrorCode.ToolFailed, $"Flows of bridge '{bridge}' cannot be read: {e.Message}", e);
        }
    }
}
