namespace Steth.Cli.Commands;

/// <summary>The command cannot begin: input or configuration is wrong. All that is wrong, one sentence each.</summary>
public sealed class UsageException : Exception
{
    /// <summary>One problem.</summary>
    public UsageException(string problem)
        : this([problem])
    {
    }

    /// <summary>All problems.</summary>
    public UsageException(IReadOnlyList<string> problems)
        : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
