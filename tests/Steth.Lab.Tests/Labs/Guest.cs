namespace Steth.Lab.Tests.Labs;

/// <summary>A guest with a full kernel, booted to run one script of tests/guest. It has one slow CPU.</summary>
internal static class Guest
{
    private static readonly string _folder =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Commands.Steth.Path)!, "../../../../../tests/guest"));

    /// <summary>Why no guest can be booted here; null when one can.</summary>
    public static string? Obstacle { get; } = !Environment.IsPrivilegedProcess
        ? "needs root: makes network namespaces in a guest"
        : File.Exists("/usr/bin/linux.uml") ? null : "needs the package user-mode-linux";

    /// <summary>Boots a guest, runs a script in it and ends it.</summary>
    /// <param name="script">Name of a file of tests/guest.</param>
    /// <param name="patience">How long it may take, in all.</param>
    /// <param name="memory">What the guest gets, as User-Mode Linux takes it (<c>1G</c>).</param>
    /// <param name="arguments">Of the script.</param>
    public static Task<LabRun> RunAsync(string script, TimeSpan patience, string memory, params IEnumerable<string> arguments) =>
        LabProgram.RunToolAsync(Path.Combine(_folder, "run-in-guest.sh"), patience + TimeSpan.FromSeconds(20),
            ["-t", $"{patience.TotalSeconds:0}", "-m", memory, Path.Combine(_folder, script), .. arguments]);
}
