using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness;

/// <summary>One thing a check decided, as a test report counts it.</summary>
/// <param name="Group">What it belongs to: the network type, or the check itself.</param>
/// <param name="Name">What was tried: <c>server-39 to server-64</c>.</param>
/// <param name="State">What it came to.</param>
/// <param name="Message">Why, when it is not PASS; null: nothing to add.</param>
public sealed record CheckCase(string Group, string Name, CheckState State, string? Message);
