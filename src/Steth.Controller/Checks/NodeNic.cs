using System.Net;
using Steth.Contracts.Operations;
using Steth.Controller.Inventory;

namespace Steth.Controller.Checks;

/// <summary>Finds the NIC of a node that a check works on. Where a NIC is named, it is that one, whatever it belongs to.</summary>
internal static class NodeNic
{
    /// <summary>Finds it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="choice">What was asked for.</param>
    /// <param name="interfaces">The node's interfaces.</param>
    /// <returns>The NIC, or why there is none, in a sentence.</returns>
    public static (InterfaceFacts? Nic, string? Problem) Find(Node node, NicChoice choice, IReadOnlyList<InterfaceFacts> interfaces)
    {
        var nics = new NicFinder(interfaces, null);
        if ((choice.OfNode.TryGetValue(node.Name, out var named) ? named : choice.OfAll) is { } device)
            return Named(node, device.ToString(), nics);
        if (choice.Network is not { } type)
            return (null, $"No NIC is named for {node.Name}; name one with --nic.");
        if (node.Networks.FirstOrDefault(network => network.Type == type) is not { } network)
            return (null, $"{node.Name} is on no network '{type}'; name its NIC with --nic {node.Name}:NIC.");
        return network.Nic is { } configured
            ? Named(node, configured, nics)
            : Below(node, network.Address, nics);
    }

    private static (InterfaceFacts?, string?) Named(Node node, string name, NicFinder nics) => nics.Find(name) is { } nic
        ? (nic, null)
        : (null, $"There is no NIC '{name}' on {node.Name}; "
            + $"there are {string.Join(", ", nics.Physical().Select(other => other.Name).Take(20))}.");

    private static (InterfaceFacts?, string?) Below(Node node, IPAddress address, NicFinder nics)
    {
        if (nics.Holder(address) is not { } holder)
            return (null, $"No interface of {node.Name} has the address {address}; name its NIC with --nic {node.Name}:NIC.");
        return nics.Uplinks(holder.Name) is [var uplink, ..]
            ? (nics.Find(nics.BondOf(uplink.Nic)), null)
            : (null, $"The address {address} is on {holder.Name} of {node.Name}, and which NIC is below it is not known; "
                + $"name it with --nic {node.Name}:NIC.");
    }
}
