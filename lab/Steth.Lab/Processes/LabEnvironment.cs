using System.Collections;
using Steth.Lab.Names;

namespace Steth.Lab.Processes;

/// <summary>The environment that processes of a lab start with: the caller's, the lab's mark, plain messages and the system's directories.</summary>
internal static class LabEnvironment
{
    /// <summary>Where system tools are, also for a caller whose PATH lacks the sbin directories.</summary>
    private const string SystemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The variables for processes of <paramref name="lab"/>.</summary>
    public static IReadOnlyDictionary<string, string> For(LabName lab)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        variables[LabMark.Variable] = lab.Text;
        variables["LC_ALL"] = "C.UTF-8";
        variables["PATH"] = variables.TryGetValue("PATH", out var path) && path.Length > 0 ? $"{path}:{SystemPath}" : SystemPath;
        variables["DOTNET_EnableDiagnostics"] = "0"; // its sockets in /tmp would outlive a killed process
        variables.Remove("STETH_NETNS"); // it names the caller's way in; inside a host it would lead elsewhere
        return variables;
    }

    /// <summary>As the C library wants it: NAME=VALUE, closed by null.</summary>
    public static string?[] AsBlock(IReadOnlyDictionary<string, string> variables) =>
        [.. variables.Select(pair => $"{pair.Key}={pair.Value}"), null];
}
