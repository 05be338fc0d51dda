using System.CommandLine;
using System.Text;

namespace Steth.Cli.Commands.Checks;

/// <summary>
/// A file for a report. That it can be written is proven before the check begins; it is written whole or not at all, once the check is
/// over, and takes the place of one that is there.
/// </summary>
internal sealed class ReportFile
{
    private const UnixFileMode NewFile = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // Replacing a device or a pipe would take it away from everybody.
    private static readonly string[] _noPlaces = ["/dev/", "/proc/", "/sys/"];

    private ReportFile(string path) => Path = path;

    /// <summary>The whole path, symbolic links followed.</summary>
    public string Path { get; }

    /// <summary>An option that names one.</summary>
    public static Option<string?> Option(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    /// <summary>Finds the place; null when none was named, or when it cannot be written, which is a problem then.</summary>
    public static ReportFile? Find(string option, string? named, List<string> problems)
    {
        if (named is null)
            return null;
        if (named is "" or "-")
        {
            problems.Add($"{option} {named}: name a file; stdout takes the report itself.");
            return null;
        }
        try
        {
            var path = System.IO.Path.GetFullPath(named);
            if (new FileInfo(path) is { LinkTarget: not null } link)
                path = link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            if (Directory.Exists(path))
                throw new IOException("it is a directory");
            if (!path.StartsWith("/dev/shm/", StringComparison.Ordinal)
                && _noPlaces.Any(place => path.StartsWith(place, StringComparison.Ordinal)))
                throw new IOException("it is no regular file");
            var file = new ReportFile(path);
            file.Try();
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add($"{option}: {named} cannot be written: {Reason(e, named)}.");
            return null;
        }
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="IOException">It cannot be written any more: a full disk, a folder taken away.</exception>
    public void Write(Action<TextWriter> write)
    {
        var beside = Beside();
        try
        {
            using (var stream = Create(beside))
            {
                using (var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true))
                    write(writer);
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, Path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(beside);
            throw new IOException($"{Path} could not be written: {Reason(e, Path)}.", e);
        }
    }

    // The runtime's words would name the file beside it.
    private static string Reason(Exception e, string path) => e switch
    {
        DirectoryNotFoundException => $"there is no folder {System.IO.Path.GetDirectoryName(path)}",
        UnauthorizedAccessException => "permission denied",
        _ => e.Message.Split(" : '")[0].TrimEnd('.'),
    };

    private void Try()
    {
        var beside = Beside();
        Create(beside).Dispose();
        File.Delete(beside);
    }

    private string Beside() => System.IO.Path.Combine(
        System.IO.Path.GetDirectoryName(Path)!, $".{Guid.NewGuid():N}.steth");

    // As any program makes a file: the umask says who else reads it. One that is there keeps its mode.
    private FileStream Create(string beside)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = File.Exists(Path) ? File.GetUnixFileMode(Path) : NewFile;
        return new FileStream(beside, options);
    }
}
