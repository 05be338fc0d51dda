using Steth.Controller.Inventory;

namespace Steth.Controller.Checks.Planning;

/// <summary>What <c>steth check plan</c> looks at.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Networks">Only these network types.</param>
public sealed record PlanRequest(StethConfiguration Configuration, IReadOnlyList<string> Networks);
