using System.CommandLine;

namespace Steth.Cli.Commands.Pki;

/// <summary><c>pki</c>: the certificates by which agents and operators know each other.</summary>
public static class PkiCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return new Command("pki", "Make and end the certificates of agents and operators; no agent is asked")
        {
            PkiInitCommand.Create(host),
            PkiIssueCommand.Create(host),
            PkiOperatorCommand.Create(host),
            PkiRenewCommand.Create(host),
            PkiRevokeCommand.Create(host),
            PkiShowCommand.Create(host),
        };
    }
}
