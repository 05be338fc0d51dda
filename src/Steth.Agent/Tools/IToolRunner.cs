namespace Steth.Agent.Tools;

/// <summary>The one place that starts programs.</summary>
public interface IToolRunner
{
    /// <summary>
    /// Runs a program to its end: no shell, LC_ALL=C, output bounded, its own process group, interrupted at the deadline or on
    /// cancellation, killed with its group after a grace. Any exit code is an answer, not an exception.
    /// </summary>
    /// <exception cref="Contracts.OperationException">
    /// ToolMissing (names the package), Timeout, ToolFailed when it cannot be started or its output is not whole, Busy.
    /// </exception>
    Task<ToolOutput> RunAsync(ToolCommand command, CancellationToken cancellationToken);

    /// <summary>
    /// Starts a program that runs on, as <see cref="RunAsync"/> does; <paramref name="onLine"/> gets each line of its standard output.
    /// Disposing ends it with its group.
    /// </summary>
    /// <exception cref="Contracts.OperationException">As <see cref="RunAsync"/>.</exception>
    Task<IRunningTool> StartAsync(ToolCommand command, Action<string>? onLine, CancellationToken cancellationToken);

    /// <summary>Where a program is; null when it is not installed.</summary>
    string? Find(string program);
}

/// <summary>A program that was started and not yet ended.</summary>
public interface IRunningTool : IAsyncDisposable
{
    /// <summary>Completes when it ends by itself; the exit code is in the output.</summary>
    Task<ToolOutput> Completion { get; }
}

/// <summary>What to run.</summary>
public sealed record ToolCommand
{
    /// <summary>Name as found on the search path: <c>ip</c>.</summary>
    public required string Program { get; init; }

    /// <summary>Arguments, passed as they are.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>How long it may take; ignored by <see cref="IToolRunner.StartAsync"/>, whose programs end when disposed.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What <see cref="Leases.ProgramUndo"/> finds it and its children by; null: nothing.</summary>
    public string? Mark { get; init; }

    /// <summary>
    /// Which lines of standard output are kept for the end; null: all. For programs that tell line by line what is used at once.
    /// </summary>
    public Func<string, bool>? Keep { get; init; }

    /// <summary>Text for its standard input; null: none.</summary>
    public string? Input { get; init; }
}

/// <summary>What a program answered.</summary>
/// <param name="ExitCode">0–255; 128+N when signal N ended it.</param>
/// <param name="Stdout">Standard output, at most 19 MiB.</param>
/// <param name="Stderr">Standard error, at most 64 KiB.</param>
public sealed record ToolOutput(int ExitCode, string Stdout, string Stderr)
{
    /// <summary>
    /// Standard output was read to its end and kept. <see cref="IToolRunner.RunAsync"/> answers with no other.
    /// </summary>
    public bool IsWhole { get; init; } = true;
}
