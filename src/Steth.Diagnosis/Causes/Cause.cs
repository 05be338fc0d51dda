namespace Steth.Diagnosis.Causes;

/// <summary>A cause the catalogue knows, with the id and slug that never change.</summary>
/// <param name="Id">Letter of its place and number: <c>F1</c>.</param>
/// <param name="Slug">Short name: <c>vlan-not-on-trunk</c>.</param>
/// <param name="Title">What is wrong, for an operator.</param>
public sealed record Cause(string Id, string Slug, string Title)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Slug}";
}
