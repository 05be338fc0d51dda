using System.CommandLine;
using Steth.Cli.Rendering;
using Steth.Identity;

namespace Steth.Cli.Commands.Pki;

/// <summary>What the commands of <c>pki</c> share.</summary>
public static class PkiOptions
{
    private const string Folder = ".config/steth/pki";

    /// <summary>Columns of what was issued.</summary>
    public static IReadOnlyList<Column<IssuedRow>> Columns { get; } =
    [
        new("kind", "Kind", row => Cell.Text(row.Principal.Kind == PrincipalKind.Node ? "node" : "operator")),
        new("name", "Name", row => Cell.Text(row.Principal.Name.ToString())),
        new("role", "Role", row => Cell.Text(row.Principal.Role is { } role ? Principal.WordOf(role) : null)),
        new("payload", "Payload", row => Cell.Flag(row.Principal.Payload).ShownAs(row.Principal.Payload ? "yes" : "no")),
        new("until", "Until", row => Cell.Text(row.Principal.NotAfter.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"))
            .ShownAs(row.Principal.NotAfter.UtcDateTime.ToString("yyyy-MM-dd"))),
        new("state", "State", row => Cell.Text(row.State)),
        new("serial", "Serial", row => Cell.Text(row.Principal.Serial)),
        new("folder", "Folder", row => Cell.Text(row.Folder)),
    ];

    /// <summary>The authority's folder.</summary>
    public static Option<string> Dir() => new("--dir")
    {
        Description = $"The authority's folder (~/{Folder}); whoever reads it is everybody",
        HelpName = "DIR",
    };

    /// <summary>How long a certificate is good for.</summary>
    public static Option<int> Days() => Options.Whole("--days", "How long the certificate is good for, in days", 365, 1, 3650);

    /// <summary>The folder that was named, or the one of the user.</summary>
    /// <exception cref="UsageException">Neither is known.</exception>
    public static string FolderOf(CommandRun run, Option<string> dir)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Get(dir) ?? (run.Variable("HOME") is { Length: > 0 } home
            ? Path.Combine(home, Folder)
            : throw new UsageException("There is no HOME: name the authority's folder with --dir."));
    }

    /// <summary>A certificate as a row.</summary>
    public static IssuedRow Row(CommandRun run, IssuedCertificate issued, string? folder)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(issued);
        var left = issued.Principal.NotAfter - run.Time.GetUtcNow();
        return new IssuedRow(
            issued.Principal, folder, issued.Revoked ? "revoked" : left < TimeSpan.Zero ? "ended" : left < Principal.Warning ? "ends soon"
                : "good");
    }
}

/// <summary>A certificate, as the commands show it.</summary>
/// <param name="Principal">Whom it names.</param>
/// <param name="Folder">Of its bundle; null: it is not there.</param>
/// <param name="State">good, ends soon, ended or revoked.</param>
public sealed record IssuedRow(Principal Principal, string? Folder, string State);
