using Steth.Agent.Kernel.Injection;
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
    public async Task<InterfaceTeardownResult> HandleAsync(
        InterfaceTeardownParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(call);
        var name = parameters.Interface.ToString();
        var links = await ip.ListAsync(null, cancellationToken);
        var link = IpTool.Find(links, name);
        var ovs = new OvsMembership(await database.ReadAsync(cancellationToken));
        new CallerLinks(links, ovs, call.LocalAddress).Refuse(name, parameters.Force);
        if ((ovs.BridgeOf(name) ?? link.Facts.Master) is { } master)
            throw InUse(name, $"a port of '{master}'");
        if (links.FirstOrDefault(l => l.Facts.Master == name) is { } member)
            throw InUse(name, $"the bridge or bond that '{member.Facts.Name}' is a port of");
        if (link.Facts.Kind is null)
            throw NotVirtual(name);
        if (!parameters.Force && link.Alias != OwnerAlias.Own)
        {
            throw new OperationException(OperationErrorCode.PermissionDenied,
                $"Interface '{name}' was not made by an agent of steth (its alias is not '{OwnerAlias.Own}') and is left alone; "
                + "force it where it really is to go.");
        }
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

    private static OperationException InUse(string name, string use) =>
        new(OperationErrorCode.PermissionDenied,
            $"Interface '{name}' is {use} and carries traffic there; take it out first if it really is to go.");

    private static OperationException NotVirtual(string name) =>
        new(OperationErrorCode.PermissionDenied,
            $"Interface '{name}' is hardware or built into the kernel and cannot be deleted; only virtual interfaces can.");
}
