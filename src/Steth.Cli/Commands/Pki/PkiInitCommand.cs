using System.CommandLine;
using Steth.Contracts;
using Steth.Diagnosis.Verdicts;
using Steth.Identity;

namespace Steth.Cli.Commands.Pki;

/// <summary><c>pki init</c>: an authority, and its first operator.</summary>
internal static class PkiInitCommand
{
    public static Command Create(CommandHost host)
    {
        var dir = PkiOptions.Dir();
        var days = PkiOptions.Days();
        var name = new Option<string>("--name") { Description = "The first operator's name (the user's)", HelpName = "NAME" };
        var command = new Command(
            "init", "Make an authority, and an operator with the role change and the right to payload") { dir, name, days };
        var data = DataOptions.ForList(command, PkiOptions.Columns.Select(column => column.Key));
        host.Handle(command, (run, _) =>
        {
            var path = PkiOptions.FolderOf(run, dir);
            var operatorName = Name(run, run.Get(name) ?? run.Variable("USER") ?? "operator");
            var now = run.Time.GetUtcNow();
            var folder = AuthorityFolder.Create(path, now);
            var bundle = folder.IssueOperator(operatorName, Role.Change, payload: true, now, TimeSpan.FromDays(run.Get(days)));
            run.WriteList(data, PkiOptions.Columns,
                [.. folder.List().Select(issued => PkiOptions.Row(run, issued, folder.BundleOf(issued)))]);
            run.Diagnostics.Note(
                $"The authority is in {path}: keep it where no node and no other operator reads it. "
                + $"Use the certificate with --tls {bundle} "
                + "(or STETH_TLS, or "
                + $"copy it to ~/{AgentAccess.UserFolder}). Next: 'steth pki issue --all', "
                + "and copy each node's folder to /etc/steth/node there.");
            return Task.FromResult(ExitCode.Fine);
        });
        return command;
    }

    private static PrincipalName Name(CommandRun run, string text) => PrincipalName.TryParse(text, out var name)
        ? name
        : throw new UsageException($"'{text}' cannot be a name in a certificate: give another with --name.");
}
