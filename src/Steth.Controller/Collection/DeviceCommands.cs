using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Packets.Addresses;

namespace Steth.Controller.Collection;

/// <summary>
/// Commands that look at or change devices of one node. All throw <see cref="AgentException"/> when the agent is silent or refuses.
/// </summary>
public sealed class DeviceCommands(AgentCalls calls)
{
    /// <summary>One interface (<c>get-interface</c>).</summary>
    public async Task<InterfaceFacts> GetInterfaceAsync(
        Node node, DeviceName name, NamespaceName? netns, CancellationToken cancellationToken)
    {
        var list = await calls.CallAsync(
            node, AgentOperations.InterfaceList, new InterfaceListParams { Interface = name, Namespace = netns }, cancellationToken);
        return list.Interfaces is [var only]
            ? only
            : throw new AgentException(node.Name, OperationErrorCode.NoSuchDevice, $"There is no interface {name} on {node.Name}.");
    }

    /// <summary>All interfaces, in the kernel's order (<c>interfaces</c>).</summary>
    public async Task<IReadOnlyList<InterfaceFacts>> ListInterfacesAsync(
        Node node, NamespaceName? netns, CancellationToken cancellationToken) =>
        (await calls.CallAsync(node, AgentOperations.InterfaceList, new InterfaceListParams { Namespace = netns }, cancellationToken))
        .Interfaces;

    /// <summary>Adds an address and brings the interface up, for good (<c>setup-link</c>).</summary>
    public Task<InterfaceSetupResult> SetupLinkAsync(
        Node node, DeviceName name, InterfaceAddress cidr, bool flush, CancellationToken cancellationToken) =>
        calls.CallAsync(
            node,
            AgentOperations.InterfaceSetup,
            new InterfaceSetupParams { Interface = name, Cidr = cidr, Flush = flush },
            cancellationToken);

    /// <summary>Deletes a virtual interface (<c>teardown-link</c>).</summary>
    public Task<InterfaceTeardownResult> TeardownLinkAsync(Node node, DeviceName name, CancellationToken cancellationToken) =>
        calls.CallAsync(node, AgentOperations.InterfaceTeardown, new InterfaceTeardownParams { Interface = name }, cancellationToken);

    /// <summary>Makes an 802.1Q device that stays (<c>add-vlan-to-interface</c>).</summary>
    public Task<VlanAddResult> AddVlanAsync(Node node, DeviceName name, VlanId vlan, CancellationToken cancellationToken) =>
        calls.CallAsync(node, AgentOperations.VlanAdd, new VlanAddParams { Interface = name, VlanId = vlan }, cancellationToken);
}
