using Steth.Contracts;
using Steth.Controller.Agents;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary>Exit codes beyond those of a verdict (<see cref="ExitCode"/>), and how an agent's error becomes one.</summary>
public static class ProcessExitCode
{
    /// <summary>A fault of this program (EX_SOFTWARE of sysexits.h).</summary>
    public const int Fault = 70;

    /// <summary>Data could not be written: a full disk (EX_IOERR of sysexits.h).</summary>
    public const int InputOutput = 74;

    /// <summary>The operating system does not permit it (EX_NOPERM of sysexits.h).</summary>
    public const int NoPermission = 77;

    /// <summary>Interrupted (128 + SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>As the help of every command prints it.</summary>
    public const string Explanation = """
        Exit codes:
          0   fine
          1   a check failed, an agent is down, or the agent refused: what was named does not exist there or may not be changed
          2   could not be decided: an agent of several is silent, a tool or a privilege is missing, a deadline passed
          64  wrong usage, input or configuration; nothing was done
          69  the one agent the command cannot do without is silent
          70  a fault of steth itself
          74  the data could not be written
          77  the operating system does not permit it
          130 interrupted
        """;

    /// <summary>The code of a call to the one agent a command needs.</summary>
    /// <param name="failure">What came instead of a result.</param>
    /// <param name="changes">The command was to change something: then a refusal is its answer, not a lack of one.</param>
    public static int For(AgentException failure, bool changes)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Code switch
        {
            null => ExitCode.Unavailable,
            OperationErrorCode.InvalidParams or OperationErrorCode.NoSuchDevice => ExitCode.Failed,
            OperationErrorCode.PermissionDenied or OperationErrorCode.ToolFailed or OperationErrorCode.Busy when changes => ExitCode.Failed,
            _ => ExitCode.Undecided,
        };
    }
}
