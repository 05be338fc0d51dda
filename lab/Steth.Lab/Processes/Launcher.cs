using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Steth.Lab.Names;

namespace Steth.Lab.Processes;

/// <summary>The one place that starts processes: tools that are waited for, daemons that outlive `up`, and the program `exec` becomes.</summary>
internal sealed class Launcher(LabName lab)
{
    /// <summary>No tool of the lab takes longer, unless something is broken.</summary>
    private static readonly TimeSpan Deadline = Patience.OfSeconds(30);

    private readonly IReadOnlyDictionary<string, string> _environment = LabEnvironment.For(lab);

    /// <summary>Runs a tool to its end and returns what it wrote to stdout.</summary>
    /// <exception cref="LabException">It is missing, took longer than 30 s, or ended with another code than 0.</exception>
    public async Task<string> RunAsync(IReadOnlyList<string> command, string? input, CancellationToken ct)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        start.Environment.Remove("STETH_NETNS");
        using var process = Begin(start);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await WriteAsync(process, input, deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode == 0
                ? await output
                : throw new LabException($"`{string.Join(' ', command)}` ended with {process.ExitCode}: {OneLine(await errors)}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new LabException($"`{string.Join(' ', command)}` took longer than {Deadline.TotalSeconds:0} s and was ended.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Starts a program in a session of its own that goes on when this one has ended; what it says is added to <paramref name="logFile"/>.</summary>
    /// <returns>Its process id.</returns>
    /// <exception cref="LabException">It cannot be started.</exception>
    public int StartDaemon(IReadOnlyList<string> command, string logFile)
    {
        using var settings = SpawnSettings.Detached(logFile);
        var error = Native.PosixSpawn(out var pid, command[0], settings.Actions, settings.Attributes, [.. command, null],
            LabEnvironment.AsBlock(_environment));
        return error == 0 ? pid : throw Missing(command[0], new Win32Exception(error));
    }

    /// <summary>Becomes another program: same process, same terminal, its exit code is ours. Returns only by throwing.</summary>
    /// <exception cref="LabException">The program cannot be executed.</exception>
    public void Become(string path, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> extra)
    {
        var variables = new Dictionary<string, string>(_environment);
        foreach (var (name, value) in extra)
            variables[name] = value;
        _ = Native.Signal(Native.SignalPipe, 0); // .NET ignores SIGPIPE, and what is ignored stays ignored over exec
        _ = Native.Execute(path, [.. command, null], LabEnvironment.AsBlock(variables));
        throw Missing(path, new Win32Exception(Marshal.GetLastPInvokeError()));
    }

    private static Process Begin(ProcessStartInfo start)
    {
        try
        {
#pragma warning disable RS0030 // this class is the lab's one place that starts processes
            return Process.Start(start)!;
#pragma warning restore RS0030
        }
        catch (Win32Exception e)
        {
            throw Missing(start.FileName, e);
        }
    }

    private static async Task WriteAsync(Process process, string? input, CancellationToken ct)
    {
        try
        {
            if (input is not null)
                await process.StandardInput.WriteAsync(input.AsMemory(), ct);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The tool ended before it read everything; its exit code and words tell why.
        }
    }

    private static string OneLine(string text) =>
        string.Join("; ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(5));

    private static LabException Missing(string program, Exception cause) =>
        new($"{program} cannot be started ({cause.Message}): install the package it comes in.", cause);
}
