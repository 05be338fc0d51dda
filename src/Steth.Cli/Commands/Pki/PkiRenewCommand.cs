using System.CommandLine;
using Steth.Diagnosis.Verdicts;
using Steth.Identity;

namespace Steth.Cli.Commands.Pki;

/// <summary><c>pki renew NAME…</c>: new certificates and keys for the same nodes and operators.</summary>
internal static class PkiRenewCommand
{
    public static Command Create(CommandHost host)
    {
        var names = new Argument<string[]>("NAME")
        {
            Description = "Nodes and operators by their certificates' names",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var soon = new Option<bool>("--soon") { Description = "All that end within 30 days, or have ended" };
        var dir = PkiOptions.Dir();
        var days = PkiOptions.Days();
        var command = new Command(
            "renew", "Make new certificates for the same names, addresses and roles; the old ones stay good until they end")
        {
            names, soon, dir, days,
        };
        var data = DataOptions.ForList(command, PkiOptions.Columns.Select(column => column.Key));
        host.Handle(command, (run, _) =>
        {
            var folder = AuthorityFolder.Open(PkiOptions.FolderOf(run, dir));
            var now = run.Time.GetUtcNow();
            var wanted = run.Parsed.GetValue(names) ?? [];
            if (wanted.Length == 0 && !run.Get(soon))
                throw new UsageException("Name one or more, or --soon for all that end within 30 days.");
            var newest = folder.Newest();
            var renewed = PkiRevokeCommand.Find(newest, wanted)
                .Union(run.Get(soon) ? newest.Where(issued => !issued.Revoked && issued.Principal.NotAfter - now < Principal.Warning)
                    : []).ToList();
            foreach (var issued in renewed)
                folder.Renew(issued, now, TimeSpan.FromDays(run.Get(days)));
            run.WriteList(data, PkiOptions.Columns,
                [.. folder.Newest().Where(issued =>
                    renewed.Any(old => old.Principal.Kind == issued.Principal.Kind && old.Principal.Name == issued.Principal.Name))
                    .Select(issued => PkiOptions.Row(run, issued, folder.BundleOf(issued)))]);
            if (renewed.Count > 0)
                run.Diagnostics.Note("Copy each folder to where it is used, and delete it here; running agents take it without a restart.");
            return Task.FromResult(ExitCode.Fine);
        });
        return command;
    }
}
