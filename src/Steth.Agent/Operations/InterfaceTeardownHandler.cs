using Steth.Agent.Rpc;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.InterfaceTeardown"/> out.</summary>
public sealed class InterfaceTeardownHandler(IpTool ip, OvsDatabase database)
{
    /// <summary>Deletes the interface.</summary>
    /// <exception cref="OperationException">NoSuchDevice, PermissionDenied, ToolMissing, ToolFailed, Timeout.</exception>
    public async Task<InterfaceTeardownResult> HandleAsync(InterfaceTeardownParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(call);
        var name = parameters.Interface.ToString();
        var links = await ip.ListAsync(null, cancellationToken);
        var link = IpTool.Find(links, name);
        new CallerLinks(links, new OvsMembership(await database.ReadAsync(cancellationToken)), call.LocalAddress).Refuse(name);
        if (link.Facts.Kind is null)
            throw NotVirtual(name);
        try
        {
            await ip.RunAsync(["link", "del", "dev", name], cancellationToken);
        }
        catch (OperationException e) when (e.Message.Contains("Operation not supported", StringComparison.Ordinal))
        {
            throw NotVirtual(name);
        }
        return new InterfaceTeardownResult { Interface = name };
    }

    private static OperationException NotVirtual(string name) =>
        new(OperationErrorCode.PermissionDenied, $"Interface '{name}' is hardware or built into the kernel and cannot be deleted; only virtual interfaces can.");
}
