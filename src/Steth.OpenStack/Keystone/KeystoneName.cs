namespace Steth.OpenStack.Keystone;

/// <summary>A user or a project: an id alone, or a name within a domain.</summary>
/// <param name="Id">The id; null when it is known by name.</param>
/// <param name="Name">The name; null when it is known by id.</param>
/// <param name="Domain">Where the name is valid; null with an id.</param>
public sealed record KeystoneName(string? Id, string? Name, KeystoneDomain? Domain)
{
    /// <summary><c>admin in domain Default</c>, or the id.</summary>
    public override string ToString() => Id ?? (Domain is null ? Name ?? "" : $"{Name} in domain {Domain}");
}
