using System.Net;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;

namespace Steth.Agent.Tools.Ip;

/// <summary>
/// Which interfaces the caller's connection runs over: the one that holds the address it came in by, and all it stands on (a VLAN
/// device's parent, the members of a bridge or bond, the other end of a veth pair, the ports of an OVS bridge).
/// </summary>
public sealed class CallerLinks
{
    private readonly HashSet<string> _names = [];

    /// <summary>Finds them.</summary>
    /// <param name="links">All interfaces of the agent's namespace.</param>
    /// <param name="ovs">Which of them are ports of OVS.</param>
    /// <param name="localAddress">The agent's address the caller connected to; null outside HTTP, where nothing can be cut off.</param>
    public CallerLinks(IReadOnlyList<Link> links, OvsMembership ovs, IPAddress? localAddress)
    {
        ArgumentNullException.ThrowIfNull(links);
        ArgumentNullException.ThrowIfNull(ovs);
        if (localAddress is null)
            return;
        var plain = localAddress.IsIPv4MappedToIPv6 ? localAddress.MapToIPv4() : new IPAddress(localAddress.GetAddressBytes());
        var open = new Queue<Link>(links.Where(l => l.Facts.Addresses.Any(a => a.Address.Address.Equals(plain))));
        while (open.TryDequeue(out var link))
        {
            if (!_names.Add(link.Facts.Name))
                continue;
            var bridge = ovs.BridgeOf(link.Facts.Name);
            foreach (var below in links.Where(l => l.Facts.Name == link.Facts.Link || l.Facts.Master == link.Facts.Name
                || (bridge is not null && ovs.BridgeOf(l.Facts.Name) == bridge)))
                open.Enqueue(below);
        }
    }

    /// <summary>Whether the caller's connection runs over an interface.</summary>
    public bool Carry(string name) => _names.Contains(name);

    /// <summary>Refuses an interface the caller's connection runs over, unless it is forced.</summary>
    /// <exception cref="OperationException">PermissionDenied.</exception>
    public void Refuse(string name, bool force)
    {
        if (!force && Carry(name))
        {
            throw new OperationException(OperationErrorCode.PermissionDenied,
                $"Interface '{name}' carries your own connection to this agent "
                + "and is left alone; choose another, or force it where another way to the host is at hand.");
        }
    }
}
