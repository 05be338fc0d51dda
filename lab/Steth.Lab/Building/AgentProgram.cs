namespace Steth.Lab.Building;

/// <summary>Finds the steth-agent that `up` starts on every host.</summary>
internal static class AgentProgram
{
    private const string Name = "steth-agent";

    /// <summary>The first that exists of: --agent, STETH_LAB_AGENT, beside this program, and the build output of the checkout around it.</summary>
    /// <exception cref="LabException">None does, or the one that was named does not.</exception>
    public static string Find(string? named)
    {
        var chosen = named ?? Environment.GetEnvironmentVariable("STETH_LAB_AGENT");
        if (!string.IsNullOrEmpty(chosen))
            return File.Exists(chosen) ? Path.GetFullPath(chosen) : throw new LabException($"There is no agent at {chosen}: build it, or name another with --agent.");
        return Candidates().FirstOrDefault(File.Exists)
            ?? throw new LabException("No steth-agent was found beside steth-lab or in a build output: build it, or name one with --agent PATH.");
    }

    private static IEnumerable<string> Candidates()
    {
        yield return Path.Combine(AppContext.BaseDirectory, Name);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            yield return Path.Combine(folder.FullName, "src", "Steth.Agent", "bin", "Debug", "net10.0", Name);
    }
}
