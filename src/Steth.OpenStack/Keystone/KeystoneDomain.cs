namespace Steth.OpenStack.Keystone;

/// <summary>A Keystone domain, by id or by name.</summary>
/// <param name="Id">The id: <c>default</c>; null when it is known by name.</param>
/// <param name="Name">The name: <c>Default</c>; null when it is known by id.</param>
public sealed record KeystoneDomain(string? Id, string? Name)
{
    /// <summary>The domain every Keystone is born with.</summary>
    public static KeystoneDomain Default { get; } = new("default", null);

    /// <summary>What it is known by.</summary>
    public override string ToString() => Name ?? Id ?? "";
}
