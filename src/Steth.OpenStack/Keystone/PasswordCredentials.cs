namespace Steth.OpenStack.Keystone;

/// <summary>A user and a password.</summary>
/// <param name="User">Who.</param>
/// <param name="Password">Prints as <c>***</c>.</param>
/// <param name="Project">For which project the token is to be; null: the user's default project.</param>
public sealed record PasswordCredentials(KeystoneName User, Secret Password, KeystoneName? Project) : CloudCredentials
{
    /// <summary>Who, for which project.</summary>
    public override string ToString() => Project is null ? $"user {User}" : $"user {User} for project {Project}";
}
