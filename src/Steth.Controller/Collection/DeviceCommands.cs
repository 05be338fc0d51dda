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

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Adds an address and brings the interface up (<c>setup-link</c>); on an interface in use, until it is confirmed.</summary>
    public Task<InterfaceSetupResult> SetupLinkAsync(Node node, InterfaceSetupParams wanted, CancellationToken cancellationToken) =>
        calls.CallAsync(node, AgentOperations.InterfaceSetup, wanted, cancellationToken);

    /// <summary>
    /// Confirms a change, as often as it takes while there is time: over connections made after the change this proves that the node can
    /// still be reached. Where it cannot be, the agent undoes the change.
    /// </summary>
    public async Task ConfirmLinkAsync(Node node, string leaseId, TimeSpan within, CancellationToken cancellationToken)
    {
        var start = calls.Time.GetTimestamp();
        while (true)
        {
            try
            {
                await calls.CallAsync(
                    node, AgentOperations.InterfaceConfirm, new InterfaceConfirmParams { LeaseId = leaseId }, cancellationToken);
                return;
            }
            catch (AgentException e) when (e.IsSilent)
            {
                if (calls.Time.GetElapsedTime(start) + Pause >= within)
                {
                    throw new AgentException(node.Name,
                        $"After the change the agent could not be reached any more, and so undoes it: {e.Message}", e);
                }
            }
            await Task.Delay(Pause, calls.Time, cancellationToken);
        }
    }

    /// <summary>Deletes a virtual interface (<c>teardown-link</c>).</summary>
    public Task<InterfaceTeardownResult> TeardownLinkAsync(Node node, DeviceName name, bool force, CancellationToken cancellationToken) =>
        calls.CallAsync(
            node, AgentOperations.InterfaceTeardown, new InterfaceTeardownParams { Interface = name, Force = force }, cancellationToken);

    /// <summary>Makes an 802.1Q device that stays (<c>add-vlan-to-interface</c>).</summary>
    public Task<VlanAddResult> AddVlanAsync(Node node, DeviceName name, VlanId vlan, CancellationToken cancellationToken) =>
        calls.CallAsync(node, AgentOperations.VlanAdd, new VlanAddParams { Interface = name, VlanId = vlan }, cancellationToken);
}
