using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary>Agents of several that did not answer.</summary>
public static class Silence
{
    /// <summary>Says each on stderr, and makes the exit code: 69 when nobody answered, else at least 2 when somebody did not.</summary>
    /// <param name="run">Where to say it.</param>
    /// <param name="silent">Who did not answer.</param>
    /// <param name="asked">How many were asked.</param>
    /// <param name="code">The code of what was judged.</param>
    public static int CodeOr(CommandRun run, IReadOnlyCollection<Unreachable> silent, int asked, int code)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(silent);
        foreach (var node in silent)
            run.Diagnostics.Error($"{node.Host}: {node.Reason}");
        return silent.Count == 0 ? code
            : silent.Count >= asked ? ExitCode.Unavailable
            : code == ExitCode.Failed ? code
            : ExitCode.Undecided;
    }
}
