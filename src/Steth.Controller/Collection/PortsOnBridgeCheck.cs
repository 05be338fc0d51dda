using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Collection;

/// <summary>
/// Whether devices are ports of a bridge (<c>check-ports-on-br</c>): an OVS bridge, or a Linux bridge where OVS has none of that name.
/// </summary>
public sealed class PortsOnBridgeCheck(AgentCalls calls)
{
    /// <summary>Looks the ports up.</summary>
    /// <returns>One entry a port, in the order asked.</returns>
    /// <exception cref="AgentException">The agent is silent; NoSuchDevice: there is no such bridge.</exception>
    public async Task<IReadOnlyList<PortOnBridge>> RunAsync(
        Node node, DeviceName bridge, IReadOnlyList<DeviceName> ports, CancellationToken cancellationToken)
    {
        var ovs = await calls.CallAsync(node, AgentOperations.OvsShow, new OvsShowParams(), cancellationToken);
        var on = OfOvs(ovs, bridge) ?? await OfKernelAsync(node, bridge, ovs.Reason, cancellationToken);
        return [.. ports.Select(p => new PortOnBridge(p.ToString(), on.Contains(p.ToString())))];
    }

    private static HashSet<string>? OfOvs(OvsShowResult ovs, DeviceName bridge)
    {
        var ports = ovs.Bridges.FirstOrDefault(b => b.Name == bridge.ToString())?.Ports;
        // An OVS bond is a port of its own name; its members are on the bridge as well.
        return ports is null ? null : [.. ports.Select(p => p.Name), .. ports.SelectMany(p => p.Interfaces).Select(i => i.Name)];
    }

    private async Task<HashSet<string>> OfKernelAsync(
        Node node, DeviceName bridge, string? withoutOvs, CancellationToken cancellationToken)
    {
        var list = await calls.CallAsync(node, AgentOperations.InterfaceList, new InterfaceListParams(), cancellationToken);
        if (!list.Interfaces.Any(i => i.Name == bridge.ToString() && i.Kind == "bridge"))
        {
            throw new AgentException(node.Name, OperationErrorCode.NoSuchDevice, withoutOvs is null
                ? $"There is no bridge {bridge} on {node.Name}, neither of Open vSwitch nor of Linux."
                : $"There is no Linux bridge {bridge} on {node.Name}, and of Open vSwitch's nothing is known: {withoutOvs}");
        }
        return [.. list.Interfaces.Where(i => i.Master == bridge.ToString()).Select(i => i.Name)];
    }
}

/// <summary>One port.</summary>
/// <param name="Port">Its name.</param>
/// <param name="Exists">It is on the bridge.</param>
public sealed record PortOnBridge(string Port, bool Exists);
