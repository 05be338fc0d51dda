using System.Net;

namespace Steth.Controller.Inventory;

/// <summary>A node the operator named, with the addresses it has on each network type.</summary>
public sealed record Node
{
    /// <summary><c>server-64</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The id of nodes_id, or the last octet of a range, it was made from; null for a node of [nodes] or one addressed directly.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>Where its agent listens.</summary>
    public required IPEndPoint AgentEndpoint { get; init; }

    /// <summary>Address by network type (<c>mgmt</c>, <c>net</c>, <c>storage</c>, …), in the configuration's order.</summary>
    public required IReadOnlyList<NodeNetwork> Networks { get; init; }
}

/// <summary>A node's place on one network.</summary>
/// <param name="Type"><c>mgmt</c>, <c>net</c>, <c>storage</c>, or any name of network_types.</param>
/// <param name="Address">Its address there.</param>
/// <param name="Nic">The NIC the configuration names; null when it names none.</param>
public sealed record NodeNetwork(string Type, IPAddress Address, string? Nic);
