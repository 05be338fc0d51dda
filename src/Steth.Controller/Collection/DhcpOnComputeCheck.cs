using Steth.Contracts.Names;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Collection;

/// <summary>Follows a DHCPDISCOVER from where a port's guest would send it to the DHCP servers and the offer back (<c>check-dhcp-on-comp</c>).</summary>
public sealed class DhcpOnComputeCheck(AgentCalls calls)
{
    /// <summary>Listens everywhere on the path, sends one DISCOVER, and judges what was seen.</summary>
    public Task<PathCheckResult> RunAsync(IReadOnlyList<Node> nodes, PathCheckRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException(calls.ToString());
}

/// <summary>What to follow.</summary>
public sealed record PathCheckRequest
{
    /// <summary>The port's id or an unambiguous beginning of it, see <see cref="PortLocator"/>.</summary>
    public required string Port { get; init; }

    /// <summary>The NIC the network leaves the port's host by; null: discovered.</summary>
    public DeviceName? PhysicalInterface { get; init; }

    /// <summary>vlan, flat, vxlan, …, as the operator believes; a difference from what OVS says is noted. Null: no belief.</summary>
    public string? NetworkType { get; init; }

    /// <summary>How long to wait for the answer, 1–60 s.</summary>
    public int WaitSeconds { get; init; } = 3;
}
