namespace Steth.Controller.Checks;

/// <summary>How far a check across nodes is.</summary>
/// <param name="Fraction">0–1; null: not known.</param>
/// <param name="Text">What goes on, in a few words.</param>
public sealed record CheckProgress(double? Fraction, string Text);
