using System.Net;
using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Readiness.Planning;

/// <summary>What the configuration says, and what the nodes have.</summary>
public sealed record PlanEvidence
{
    /// <summary>The configuration file, for sentences.</summary>
    public required string Source { get; init; }

    /// <summary>The network types that are looked at, in the file's order.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>The nodes that were asked, in the file's order.</summary>
    public required IReadOnlyList<PlanNode> Nodes { get; init; }

    /// <summary>Every address of the file, also of nodes and networks that are not looked at.</summary>
    public required IReadOnlyList<PlanOwner> Owners { get; init; }

    /// <summary>
    /// Agents that answered on addresses nodes know and no node has; null: they were not looked for, because there is no file.
    /// </summary>
    public IReadOnlyList<PlanStranger>? Strangers { get; init; }

    /// <summary>How many such addresses were asked.</summary>
    public int AddressesAsked { get; init; }

    /// <summary>How many more there are that were not asked, because there is a limit.</summary>
    public int AddressesLeft { get; init; }
}

/// <summary>A node: what it should be, and what it said.</summary>
public sealed record PlanNode
{
    /// <summary>Its name in the file.</summary>
    public required string Name { get; init; }

    /// <summary>Where its agent was asked.</summary>
    public required IPEndPoint Agent { get; init; }

    /// <summary>Its addresses on the networks that are looked at.</summary>
    public required IReadOnlyList<PlanAddress> Addresses { get; init; }

    /// <summary>What its agent is; null: it did not tell.</summary>
    public AgentInfoResult? Info { get; init; }

    /// <summary>Its interfaces; null: they are not known.</summary>
    public IReadOnlyList<InterfaceFacts>? Interfaces { get; init; }

    /// <summary>Its Open vSwitch; null: not known.</summary>
    public OvsShowResult? Ovs { get; init; }

    /// <summary>Why its agent is silent, a sentence; null: it answered.</summary>
    public string? Silent { get; init; }

    /// <summary>Why its interfaces are not known though it answered, a sentence; null: they are.</summary>
    public string? Problem { get; init; }
}

/// <summary>Where a node should be reached on a network.</summary>
/// <param name="Network">The network type.</param>
/// <param name="Address">The address.</param>
/// <param name="Nic">The NIC; null: the file names none.</param>
public sealed record PlanAddress(string Network, IPAddress Address, string? Nic);

/// <summary>Whose an address is by the file.</summary>
/// <param name="Node">The node.</param>
/// <param name="Network">The network type.</param>
/// <param name="Address">The address.</param>
public sealed record PlanOwner(string Node, string Network, IPAddress Address);

/// <summary>An agent that answers and is not in the file.</summary>
/// <param name="Address">Where.</param>
/// <param name="Hostname">What its host is called.</param>
/// <param name="Version">Its version.</param>
/// <param name="KnownBy">The nodes that know the address, and how: <c>server-39 (tunnel)</c>.</param>
public sealed record PlanStranger(IPAddress Address, string Hostname, string Version, IReadOnlyList<string> KnownBy);
