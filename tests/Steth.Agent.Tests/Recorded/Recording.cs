using System.Runtime.CompilerServices;

namespace Steth.Agent.Tests.Recorded;

/// <summary>Output of real tools, as files beside this one.</summary>
internal static class Recording
{
    /// <summary>Reads a file by its path below this folder: <c>ovs/comp1.show.json</c>.</summary>
    public static string Read(string path) =>
        File.ReadAllText(Path.Combine(Folder(), path));

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
