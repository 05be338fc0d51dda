namespace Steth.OpenStack.Keystone;

/// <summary>An application credential; it brings its own project.</summary>
/// <param name="Id">Its id; null when it is known by name.</param>
/// <param name="Name">Its name; null when it is known by id.</param>
/// <param name="User">Whose it is; needed with a name, null with an id.</param>
/// <param name="Secret">Prints as <c>***</c>.</param>
public sealed record ApplicationCredentials(string? Id, string? Name, KeystoneName? User, Secret Secret) : CloudCredentials
{
    /// <summary>Which one.</summary>
    public override string ToString() => User is null ? $"application credential {Id}" : $"application credential {Name} of user {User}";
}
