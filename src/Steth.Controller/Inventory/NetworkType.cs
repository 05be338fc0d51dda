namespace Steth.Controller.Inventory;

/// <summary>A network every node is on.</summary>
/// <param name="Name"><c>mgmt</c>, <c>net</c>, <c>storage</c>, or any name the configuration gives.</param>
/// <param name="Nic">The NIC it is reached by on every node; null when the configuration names none.</param>
public sealed record NetworkType(string Name, string? Nic);
