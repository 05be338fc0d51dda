using System.CommandLine;
using Steth.Cli.Rendering;
using Steth.Controller.Agents;
using Steth.Diagnosis.Verdicts;
using Steth.Identity;

namespace Steth.Cli.Commands;

/// <summary>Gives every command its run and turns what goes wrong into a sentence and an exit code.</summary>
/// <param name="Services">The world.</param>
/// <param name="Globals">Options of every command.</param>
public sealed record CommandHost(CommandServices Services, GlobalOptions Globals)
{
    /// <summary>Binds what a command does; its result is the exit code.</summary>
    /// <param name="command">The command.</param>
    /// <param name="run">What it does.</param>
    /// <param name="changes">It changes something on a node; see <see cref="ProcessExitCode.For"/>.</param>
    public void Handle(Command command, Func<CommandRun, CancellationToken, Task<int>> run, bool changes = false)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, run, changes, cancellationToken));
    }

    private async Task<int> RunAsync(
        ParseResult parsed, Func<CommandRun, CancellationToken, Task<int>> action, bool changes, CancellationToken cancellationToken)
    {
        try
        {
            using var run = new CommandRun(parsed, Services, Globals);
            return await RunAsync(run, action, changes, cancellationToken);
        }
        catch (IdentityException e)
        {
            Services.Streams.Error.Write($"steth: {DisplayText.Clean(e.Message)}\n");
            return ExitCode.Usage;
        }
        catch (UsageException e)
        {
            foreach (var problem in e.Problems)
                Services.Streams.Error.Write($"steth: {DisplayText.Clean(problem)}\n");
            return ExitCode.Usage;
        }
    }

    private async Task<int> RunAsync(
        CommandRun run, Func<CommandRun, CancellationToken, Task<int>> action, bool changes, CancellationToken cancellationToken)
    {
        try
        {
            return await action(run, cancellationToken);
        }
        catch (AgentException e)
        {
            run.Progress.Dispose();
            run.Diagnostics.Error($"{e.Node}: {e.Message}");
            if (run.Get(Globals.Debug))
                run.Diagnostics.Trace(e);
            return ProcessExitCode.For(e, changes);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ProcessExitCode.Interrupted;
        }
    }
}
