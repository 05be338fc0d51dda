using Steth.Controller.Inventory;

namespace Steth.Cli.Commands;

/// <summary>Which port to look up.</summary>
/// <param name="Nodes">The nodes that may know it.</param>
/// <param name="Port">Its id, name, MAC or address, as the operator wrote it.</param>
/// <param name="Peer">The same of the other end; null: none.</param>
/// <param name="Offline">Ask the nodes only.</param>
/// <param name="Cloud">The entry of clouds.yaml; null: as the environment says.</param>
public sealed record PortQuery(IReadOnlyList<Node> Nodes, string Port, string? Peer, bool Offline, string? Cloud);
