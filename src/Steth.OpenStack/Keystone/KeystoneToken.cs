namespace Steth.OpenStack.Keystone;

/// <summary>A token and what Keystone said with it.</summary>
public sealed record KeystoneToken
{
    /// <summary>What is shown to services; prints as <c>***</c>.</summary>
    public required Secret Value { get; init; }

    /// <summary>When it lapses, on this machine's clock; null when Keystone did not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it is to be replaced; null: never by time.</summary>
    public DateTimeOffset? RenewAt { get; init; }

    /// <summary>The user's name; null when Keystone did not say.</summary>
    public string? UserName { get; init; }

    /// <summary>The project's name; null when the token is for none.</summary>
    public string? ProjectName { get; init; }

    /// <summary>The names of the user's roles in the project.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>The services and where they are.</summary>
    public IReadOnlyList<CatalogService> Catalog { get; init; } = [];

    /// <summary><c>user demo (roles member, reader)</c>.</summary>
    public override string ToString() =>
        $"user {UserName ?? "unknown"} ({(Roles.Count == 0 ? "no roles" : "roles " + string.Join(", ", Roles))})";
}
