using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Steth.Diagnosis.Verdicts;
using Steth.Identity;

namespace Steth.Cli.Commands.Pki;

/// <summary><c>pki show [FILE]</c>: what was issued, or what a certificate is.</summary>
internal static class PkiShowCommand
{
    public static Command Create(CommandHost host)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "A certificate in PEM; else all that the authority issued",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var dir = PkiOptions.Dir();
        var command = new Command(
            "show", "List what was issued, or tell what a certificate is; fails when one ends within 30 days") { file, dir };
        var data = DataOptions.ForList(command, PkiOptions.Columns.Select(column => column.Key));
        host.Handle(command, (run, _) =>
        {
            List<IssuedRow> rows;
            if (run.Parsed.GetValue(file) is { } path)
                rows = [PkiOptions.Row(run, Read(path), null)];
            else
            {
                var folder = AuthorityFolder.Open(PkiOptions.FolderOf(run, dir));
                rows = [.. folder.List().Select(issued => PkiOptions.Row(run, issued, folder.BundleOf(issued)))];
            }
            run.WriteList(data, PkiOptions.Columns, rows);
            // One that was renewed may end; the youngest of a name comes first.
            var newest = rows.DistinctBy(row => (row.Principal.Kind, row.Principal.Name));
            return Task.FromResult(newest.Any(row => row.State is "ended" or "ends soon") ? ExitCode.Failed : ExitCode.Fine);
        });
        return command;
    }

    private static IssuedCertificate Read(string path)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(path));
            return new IssuedCertificate(
                Principal.Read(certificate) ?? throw new UsageException(
                    $"{path}: it is no certificate that 'steth pki' issued: its subject is {certificate.Subject}."),
                certificate, Revoked: false);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path}: it is no certificate in PEM: {e.Message}");
        }
    }
}
