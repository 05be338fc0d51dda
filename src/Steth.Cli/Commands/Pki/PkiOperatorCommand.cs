using System.CommandLine;
using Steth.Diagnosis.Verdicts;
using Steth.Identity;

namespace Steth.Cli.Commands.Pki;

/// <summary><c>pki operator NAME --role …</c>.</summary>
internal static class PkiOperatorCommand
{
    public static Command Create(CommandHost host)
    {
        var name = Arguments.Parsed<PrincipalName>("NAME", "The operator, as the agents' logs name him");
        var role = Options.Choice(
            "--role", "read: look; probe: send packets and capture too; change: change interfaces too", "read",
            ["read", "probe", "change"]);
        var payload = new Option<bool>("--payload") { Description = "He may see what captured packets carry, not only their headers" };
        var dir = PkiOptions.Dir();
        var days = PkiOptions.Days();
        var command = new Command("operator", "Make the certificate of an operator") { name, role, payload, dir, days };
        var data = DataOptions.ForList(command, PkiOptions.Columns.Select(column => column.Key));
        host.Handle(command, (run, _) =>
        {
            var folder = AuthorityFolder.Open(PkiOptions.FolderOf(run, dir));
            var now = run.Time.GetUtcNow();
            IssuedCertificate[] stillGood = [.. folder.List().Where(issued => issued.Principal.Kind == PrincipalKind.Operator
                && issued.Principal.Name == run.Get(name) && !issued.Revoked && issued.Principal.NotAfter > now)];
            var bundle = folder.IssueOperator(
                run.Get(name), Principal.RoleOf(run.Get(role)!)!.Value, run.Get(payload), now, TimeSpan.FromDays(run.Get(days)));
            run.WriteList(data, PkiOptions.Columns,
                [.. folder.Newest(PrincipalKind.Operator, [run.Get(name)]).Select(
                    issued => PkiOptions.Row(run, issued, folder.BundleOf(issued)))]);
            run.Diagnostics.Note(
                $"Give {bundle} to {run.Get(name)} on a way that nobody else reads, as his ~/{AgentAccess.UserFolder}, "
                + "and delete it here.");
            if (stillGood.Length > 0)
            {
                var serials = string.Join(' ', stillGood.Select(issued => issued.Principal.Serial));
                run.Diagnostics.Note($"What {run.Get(name)} had before stays good: {string.Join(", ", stillGood.Select(Words))}. "
                    + $"End it with 'steth pki revoke {serials}' unless he needs it.");
            }
            return Task.FromResult(ExitCode.Fine);
        });
        return command;
    }

    private static string Words(IssuedCertificate issued) => $"{Principal.WordOf(issued.Principal.Role!.Value)}"
        + $"{(issued.Principal.Payload ? " with payload" : "")} until {issued.Principal.NotAfter.UtcDateTime:yyyy-MM-dd}";
}
