using System.Net;
using Steth.Contracts.Operations;
using Steth.Controller.Inventory;

namespace Steth.Controller.Checks;

/// <summary>Finds the NIC of a node that a check works on. Where a NIC is named, it is that one, whatever it belongs to.</summary>
internal static class NodeNic
{
    // Virtual devices that lead to guests or into the host itself.
    private static readonly string[] _noWayOut = ["tun", "openvswitch", "dummy", "vxlan", "gre", "geneve"];

    /// <summary>Finds it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="choice">What was asked for.</param>
    /// <param name="interfaces">The node's interfaces.</param>
    /// <returns>The NIC, or why there is none, in a sentence.</returns>
    public static (InterfaceFacts? Nic, string? Problem) Find(Node node, NicChoice choice, IReadOnlyList<InterfaceFacts> interfaces)
    {
        if ((choice.OfNode.TryGetValue(node.Name, out var named) ? named : choice.OfAll) is { } device)
            return Named(node, device.ToString(), interfaces);
        if (choice.Network is not { } type)
            return (null, $"No NIC is named for {node.Name}; name one with --nic.");
        if (node.Networks.FirstOrDefault(network => network.Type == type) is not { } network)
            return (null, $"{node.Name} is on no network '{type}'; name its NIC with --nic {node.Name}:NIC.");
        return network.Nic is { } configured
            ? Named(node, configured, interfaces)
            : Holder(node, network.Address, interfaces);
    }

    private static (InterfaceFacts?, string?) Named(Node node, string name, IReadOnlyList<InterfaceFacts> interfaces) =>
        interfaces.FirstOrDefault(device => device.Name == name) is { } nic
            ? (nic, null)
            : (null, $"There is no NIC '{name}' on {node.Name}; "
                + $"there are {string.Join(", ", Physical(interfaces).Select(other => other.Name).Take(20))}.");

    private static (InterfaceFacts?, string?) Holder(Node node, IPAddress address, IReadOnlyList<InterfaceFacts> interfaces)
    {
        var holder = interfaces.FirstOrDefault(device => device.Addresses.Any(held => held.Address.Address.Equals(address)));
        if (holder is null)
            return (null, $"No interface of {node.Name} has the address {address}; name its NIC with --nic {node.Name}:NIC.");
        return Below(holder, interfaces) is { } nic
            ? (nic, null)
            : (null, $"The address {address} is on {holder.Name} of {node.Name}, and which NIC is below it is not known; "
                + $"name it with --nic {node.Name}:NIC.");
    }

    /// <summary>The NIC that an interface's frames leave by: a VLAN's parent, a bridge's way out, the bond of a member.</summary>
    private static InterfaceFacts? Below(InterfaceFacts device, IReadOnlyList<InterfaceFacts> interfaces)
    {
        // A bridge over a VLAN over a bond is deep already.
        for (var (depth, at) = (0, device); depth < 8; depth++)
        {
            var next = at switch
            {
                { Kind: "vlan", Link: { } parent } => interfaces.FirstOrDefault(other => other.Name == parent),
                { Kind: "bridge" } => Physical(interfaces).FirstOrDefault(other => other.Master == at.Name),
                { OvsBridge: { } bridge } when IsInside(at, bridge) =>
                    Physical(interfaces).FirstOrDefault(other => other.OvsBridge == bridge && other.Name != at.Name),
                { Master: { } master } when interfaces.FirstOrDefault(other => other.Name == master) is { Kind: "bond" } bond => bond,
                _ => at,
            };
            if (next is null || ReferenceEquals(next, at))
                return next;
            at = next;
        }
        return null;
    }

    // The host's own end of an Open vSwitch bridge: `tun` with the userspace datapath.
    private static bool IsInside(InterfaceFacts device, string bridge) => device.Name == bridge || device.Kind is "tun" or "openvswitch";

    private static IEnumerable<InterfaceFacts> Physical(IReadOnlyList<InterfaceFacts> interfaces) => interfaces
        .Where(device => device.Name != "lo" && device.Name != device.OvsBridge && !_noWayOut.Contains(device.Kind)
            && !device.Name.StartsWith("tap", StringComparison.Ordinal) && !device.Name.StartsWith("qv", StringComparison.Ordinal)
            && !device.Name.StartsWith("vnet", StringComparison.Ordinal))
        .OrderBy(device => device.Kind is null or "bond" ? 0 : 1);
}
