using Steth.Contracts.Names;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Controller.Collection;

/// <summary>Proves for each direction whether a VLAN's frames cross between the same NIC of two nodes (<c>check-vlan-interface</c>).</summary>
public sealed class VlanCheck(AgentCalls calls)
{
    /// <summary>Sends probes both ways at once and judges each way. Whatever it made on the nodes is taken away again.</summary>
    /// <returns>First A to B, then B to A. An agent that is silent makes both UNKNOWN; nothing is thrown for it.</returns>
    public Task<VlanCheckResult> RunAsync(Node a, Node b, DeviceName nic, VlanId vlan, CancellationToken cancellationToken) =>
        throw new NotSupportedException(calls.ToString());
}

/// <summary>What came of it.</summary>
public sealed record VlanCheckResult
{
    /// <summary>Both directions.</summary>
    public required IReadOnlyList<VlanDirectionResult> Directions { get; init; }

    /// <summary>Agents that did not answer.</summary>
    public required IReadOnlyList<Unreachable> Unreachable { get; init; }
}

/// <summary>One direction.</summary>
/// <param name="VlanId">The VLAN.</param>
/// <param name="From">Node that sent.</param>
/// <param name="To">Node that listened.</param>
/// <param name="State">What it came to.</param>
/// <param name="Reason">Why, and how it was proved.</param>
public sealed record VlanDirectionResult(VlanId VlanId, string From, string To, CheckState State, string? Reason);
