namespace Steth.Lab.Building;

/// <summary>Finds the product's programs: the steth-agent that `up` starts on every host, and the steth that makes their certificates.</summary>
/// <param name="name">File name.</param>
/// <param name="project">Folder under src in a checkout.</param>
/// <param name="option">Names another.</param>
/// <param name="variable">The same, in the environment.</param>
internal sealed class ProductProgram(string name, string project, string option, string variable)
{
    /// <summary>steth-agent.</summary>
    public static readonly ProductProgram Agent = new("steth-agent", "Steth.Agent", "--agent", "STETH_LAB_AGENT");

    /// <summary>steth.</summary>
    public static readonly ProductProgram Steth = new("steth", "Steth.Cli", "--steth", "STETH_LAB_STETH");

    /// <summary>The first that exists of: the option, the variable, beside this program, and the build output of the checkout around it.</summary>
    /// <exception cref="LabException">None does, or the one that was named does not.</exception>
    public string Find(string? named)
    {
        var chosen = named ?? Environment.GetEnvironmentVariable(variable);
        if (!string.IsNullOrEmpty(chosen))
            return File.Exists(chosen) ? Path.GetFullPath(chosen) : throw new LabException($"There is no {name} at {chosen}: build it, or name another with {option}.");
        return Candidates().FirstOrDefault(File.Exists)
            ?? throw new LabException($"No {name} was found beside steth-lab or in a build output: build it, or name one with {option} PATH.");
    }

    private IEnumerable<string> Candidates()
    {
        // A build copies the programs a project depends on without their assemblies: what stands beside us then cannot run.
        var isPublished = !File.Exists(Path.Combine(AppContext.BaseDirectory, "steth-lab.dll"));
        if (isPublished || File.Exists(Path.Combine(AppContext.BaseDirectory, name + ".dll")))
            yield return Path.Combine(AppContext.BaseDirectory, name);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            yield return Path.Combine(folder.FullName, "src", project, "bin", "Debug", "net10.0", name);
    }
}
