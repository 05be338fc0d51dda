namespace Steth.Controller.Collection;

/// <summary>A node whose facts are missing from a result.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Reason">One sentence.</param>
public sealed record Unreachable(string Host, string Reason);
