using Steth.Controller.Inventory;

namespace Steth.Controller.Agents;

/// <summary>What came of asking one of many nodes: a result or a failure, never both.</summary>
/// <param name="Node">Who was asked.</param>
/// <param name="Result">What it answered; null when it failed.</param>
/// <param name="Failure">Why not; null when it answered.</param>
/// <param name="RoundTrip">From the question to the answer or to giving up.</param>
public sealed record Answer<T>(Node Node, T? Result, AgentException? Failure, TimeSpan RoundTrip)
    where T : class;
