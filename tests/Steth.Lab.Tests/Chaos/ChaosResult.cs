namespace Steth.Lab.Tests.Chaos;

/// <summary>What came of one kill.</summary>
/// <param name="Command">The command.</param>
/// <param name="Agent">Whose agent was killed; null: the controller.</param>
/// <param name="Moment">How long after the command's start.</param>
/// <param name="CleanAfter">From the kill until the hosts were what they were, the agent's restart and the command's own end included.</param>
/// <param name="Residue">What was left; null: nothing.</param>
internal sealed record ChaosResult(string Command, string? Agent, TimeSpan Moment, TimeSpan CleanAfter, string? Residue)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Command}, {(Agent is null ? "the controller" : $"the agent of {Agent}")} killed after {Moment.TotalSeconds:0.00} s: ")
        + (Residue is null ? FormattableString.Invariant($"clean {CleanAfter.TotalSeconds:0.0} s later") : $"left{Residue}");
}
