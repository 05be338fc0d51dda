namespace Steth.Controller.Inventory;

/// <summary>What a name on the command line stands for: a node or a problem, never both.</summary>
/// <param name="Node">The node; null when there is none of that name.</param>
/// <param name="Problem">Why not, in one sentence; null when there is.</param>
public sealed record NodeLookup(Node? Node, string? Problem);
