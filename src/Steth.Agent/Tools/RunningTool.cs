using System.Diagnostics;
using System.Runtime.InteropServices;
using Steth.Agent.Limits;

namespace Steth.Agent.Tools;

/// <summary>One started program: the leader of its own session and process group, so that its children end with it.</summary>
internal sealed partial class RunningTool : IRunningTool
{
    private const int SigInt = 2;
    private const int SigKill = 9;
    private const int StdoutLimit = 19 * 1024 * 1024;
    private const int StderrLimit = 64 * 1024;
    // A program that reports on an interrupt (iperf3) may need this long on a busy node.
    private static readonly TimeSpan InterruptGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PipeGrace = TimeSpan.FromMilliseconds(500);
    // Nobody writes any more: what is in the pipes is read at once, but on a busy node.
    private static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KillDeadline = TimeSpan.FromSeconds(5);
    private readonly Process _process;
    private readonly OutputDrain _stdout;
    private readonly OutputDrain _stderr;
    private readonly Lock _ending = new();
    private readonly Action _ended;
    private Task? _end;

    /// <summary>Takes a program over that was just started.</summary>
    /// <param name="process">The program.</param>
    /// <param name="command">What was started.</param>
    /// <param name="onLine">Gets its lines.</param>
    /// <param name="memory">Of this is taken what it prints.</param>
    /// <param name="ended">Told once, when it has been ended and is gone.</param>
    public RunningTool(Process process, ToolCommand command, Action<string>? onLine, CallMemory memory, Action ended)
    {
        _process = process;
        _ended = ended;
        _stdout = new OutputDrain(process.StandardOutput.BaseStream, StdoutLimit, memory, onLine, command.Keep);
        _stderr = new OutputDrain(process.StandardError.BaseStream, StderrLimit, memory, null, null);
        _ = WriteInputAsync(command.Input);
        Completion = CompleteAsync();
    }

    public Task<ToolOutput> Completion { get; }

    public async ValueTask DisposeAsync()
    {
        Task end;
        lock (_ending)
            end = _end ??= EndAndForgetAsync();
        await end;
    }

    private async Task EndAndForgetAsync()
    {
        try
        {
            await EndAsync();
        }
        finally
        {
            _stdout.Forget();
            _stderr.Forget();
            // In the kernel, uninterruptible, it may outlive the wait for it; it counts until it is gone.
            _ = Completion.ContinueWith(
                _ => _ended(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Interrupts the group, then kills what is left of it after a grace.</summary>
    private async Task EndAsync()
    {
        if (!Completion.IsCompleted)
        {
            Signal(SigInt);
            try
            {
                await _process.WaitForExitAsync().WaitAsync(InterruptGrace);
            }
            catch (TimeoutException)
            {
                // It ignores the interrupt.
            }
            Signal(SigKill);
            try
            {
                await Completion.WaitAsync(KillDeadline);
            }
            catch (TimeoutException)
            {
                // In the kernel, uninterruptible: it dies when the kernel lets go of it. The caller need not wait for that.
                return;
            }
        }
        _process.Dispose();
    }

    private async Task<ToolOutput> CompleteAsync()
    {
        await _process.WaitForExitAsync();
        try
        {
            await Task.WhenAll(_stdout.Completion, _stderr.Completion).WaitAsync(PipeGrace);
        }
        catch (TimeoutException)
        {
            // A child that outlived it holds the pipes.
            Signal(SigKill);
            await Task.WhenAny(Task.WhenAll(_stdout.Completion, _stderr.Completion), Task.Delay(LastGrace));
        }
        // Asked before it is taken: what comes later is in neither.
        var isWhole = _stdout is { Completion.IsCompleted: true, Overflowed: false };
        return new ToolOutput(_process.ExitCode, _stdout.Text, _stderr.Text) { IsWhole = isWhole };
    }

    private async Task WriteInputAsync(string? input)
    {
        try
        {
            if (input is not null)
                await _process.StandardInput.WriteAsync(input);
            _process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It ended without reading all of it.
        }
    }

    /// <summary>Signals the group; until setsid(1) has made it there is only the process itself. Who is gone already is no error.</summary>
    private void Signal(int signal)
    {
        if (Kill(-_process.Id, signal) != 0 && !_process.HasExited)
            _ = Kill(_process.Id, signal);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
