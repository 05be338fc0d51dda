namespace Steth.OpenStack.Keystone;

/// <summary>A token somebody else got.</summary>
/// <param name="Token">Prints as <c>***</c>.</param>
/// <param name="Project">The project to exchange it for; null: it is used as it is, with the scope it has.</param>
public sealed record TokenCredentials(Secret Token, KeystoneName? Project) : CloudCredentials
{
    /// <summary>That it is a token, and for which project.</summary>
    public override string ToString() => Project is null ? "a token" : $"a token for project {Project}";
}
