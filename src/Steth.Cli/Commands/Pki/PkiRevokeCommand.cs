using System.CommandLine;
using Steth.Diagnosis.Verdicts;
using Steth.Identity;

namespace Steth.Cli.Commands.Pki;

/// <summary><c>pki revoke NAME…</c>: certificates that are not to be trusted any more.</summary>
internal static class PkiRevokeCommand
{
    public static Command Create(CommandHost host)
    {
        var names = new Argument<string[]>("NAME")
        {
            Description = "Nodes and operators by name (all their certificates), or serial numbers",
            Arity = ArgumentArity.OneOrMore,
        };
        var dir = PkiOptions.Dir();
        var command = new Command("revoke", "Put certificates on the list of those that are not to be trusted: crl.pem") { names, dir };
        var data = DataOptions.ForList(command, PkiOptions.Columns.Select(column => column.Key));
        host.Handle(command, (run, _) =>
        {
            var folder = AuthorityFolder.Open(PkiOptions.FolderOf(run, dir));
            var found = Find(folder.List(), run.Get(names));
            folder.Revoke(found.Where(issued => !issued.Revoked), run.Time.GetUtcNow());
            run.WriteList(data, PkiOptions.Columns,
                [.. folder.List().Where(issued => found.Any(old => old.Principal.Serial == issued.Principal.Serial))
                .Select(issued => PkiOptions.Row(run, issued, folder.BundleOf(issued)))]);
            run.Diagnostics.Note(
                $"Nobody knows it yet: copy {folder.RevokedPath} to /etc/steth/node/crl.pem of every node, "
                + "and into the operators' folders. Running "
                + "agents take it within a second.");
            return Task.FromResult(ExitCode.Fine);
        });
        return command;
    }

    /// <summary>What names or serial numbers mean.</summary>
    /// <exception cref="UsageException">One means nothing.</exception>
    public static List<IssuedCertificate> Find(IReadOnlyList<IssuedCertificate> issued, IReadOnlyList<string> words)
    {
        var found = new List<IssuedCertificate>();
        var problems = new List<string>();
        foreach (var word in words)
        {
            IssuedCertificate[] meant = [.. issued.Where(i => i.Principal.Name.ToString() == word
                || i.Principal.Serial.Equals(word, StringComparison.OrdinalIgnoreCase))];
            if (meant.Length == 0)
                problems.Add($"NAME: no certificate was issued here for '{word}'; 'steth pki show' lists them.");
            found.AddRange(meant);
        }
        return problems.Count == 0 ? [.. found.Distinct()] : throw new UsageException([.. problems]);
    }
}
