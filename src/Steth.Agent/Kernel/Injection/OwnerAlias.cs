namespace Steth.Agent.Kernel.Injection;

/// <summary>
/// The alias (ip-link(8)) of every device an agent makes: it tells an operator whose it is, and the agent what it may delete.
/// </summary>
public static class OwnerAlias
{
    /// <summary>The alias.</summary>
    public const string Own = "steth";
}
