using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Steth.Agent.Leases;
using Steth.Agent.Limits;
using Steth.Contracts;

namespace Steth.Agent.Tools;

/// <summary>
/// Starts programs as <c>setsid setpriv --pdeathsig KILL -- PROGRAM ARGUMENTS…</c> (util-linux, essential on Debian). .NET's Process
/// can neither make a process group nor tie a child to its parent's life. Both wrappers exec what follows, so the process id we hold
/// is the program's own and, since a fresh child leads no group and setsid(1) then need not fork, its group's id as well.
/// What the program itself forks dies with the group when we end it; when the agent is killed, only the program itself is.
/// </summary>
public sealed partial class ToolRunner : IToolRunner
{
    private const int ExecuteOk = 1;
    private const string FixedPath = "/usr/sbin:/usr/bin:/sbin:/bin";
    private readonly Quota _programs = new(HostLimits.Programs);
    private readonly string _path;
    private readonly Dictionary<string, string> _environment;

    /// <summary>Looks for programs in the system's directories, then on the agent's own PATH.</summary>
    public ToolRunner()
        : this(null, null)
    {
    }

    /// <summary>As the default, with a change of surroundings.</summary>
    /// <param name="path">Directories to search instead, joined by colons; null: the default.</param>
    /// <param name="environment">Variables every program gets besides PATH and LC_ALL; null: OVS_RUNDIR when the agent has it.</param>
    public ToolRunner(string? path, IReadOnlyDictionary<string, string>? environment)
    {
        _path = path
            ?? string.Join(':', new[] { FixedPath, Environment.GetEnvironmentVariable("PATH") }.Where(p => !string.IsNullOrEmpty(p)));
        _environment = environment is null ? [] : new(environment);
        // ovs-vsctl and ovs-ofctl find the sockets of an Open vSwitch that is not under /run by it (ovs-vsctl(8)).
        if (environment is null && Environment.GetEnvironmentVariable("OVS_RUNDIR") is { Length: > 0 } runDirectory)
            _environment["OVS_RUNDIR"] = runDirectory;
    }

    /// <inheritdoc/>
    public async Task<ToolOutput> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        // What is made of the output lives as long as the call.
        await using var tool = await LaunchAsync(command, null, CallMemory.Current ?? CallMemory.Uncounted, null, cancellationToken);
        try
        {
            var output = await tool.Completion.WaitAsync(command.Deadline, cancellationToken);
            return output.IsWhole ? output : throw new OperationException(OperationErrorCode.ToolFailed, NotWhole(Line(command)));
        }
        catch (TimeoutException e)
        {
            throw new OperationException(OperationErrorCode.Timeout, string.Create(CultureInfo.InvariantCulture,
                $"'{Line(command)}' did not end within {command.Deadline.TotalSeconds:0.###} s on this host and was stopped."), e);
        }
    }

    /// <inheritdoc/>
    public async Task<IRunningTool> StartAsync(ToolCommand command, Action<string>? onLine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        var own = new CallMemory();
        return await LaunchAsync(command, onLine, own, own, cancellationToken);
    }

    /// <inheritdoc/>
    public string? Find(string program)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        if (program.Contains('/'))
            return null;
        return _path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(file => File.Exists(file) && Access(file, ExecuteOk) == 0);
    }

    /// <summary>What to say of a program whose output is not whole: no part of it is evidence.</summary>
    internal static string NotWhole(string what) =>
        $"The output of '{what}' on this host is not whole: it printed more than 19 MiB or than there is memory for beside other calls, or "
            + "left a program behind that keeps it open; ask for less, or again later.";

    private async Task<RunningTool> LaunchAsync(
        ToolCommand command, Action<string>? onLine, CallMemory memory, CallMemory? own, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var program = Locate(command.Program);
        var start = new ProcessStartInfo(Wrapper("setsid"))
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            UseShellExecute = false,
        };
        foreach (var argument in (IEnumerable<string>)[Wrapper("setpriv"), "--pdeathsig", "KILL", "--", program, .. command.Arguments])
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = _path;
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        if (command.Mark is { } mark)
            start.Environment[ProgramUndo.Variable] = mark;
        if (_programs.Take(1) != Shortage.None)
            throw HostLimits.Busy($"{HostLimits.Programs} programs run", "ask again later");
        try
        {
            return new RunningTool(await ToolStarter.StartAsync(start), command, onLine, memory, () =>
            {
                _programs.GiveBack(1);
                own?.Dispose();
            });
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            _programs.GiveBack(1);
            throw new OperationException(
                OperationErrorCode.ToolFailed, $"'{command.Program}' cannot be started on this host: {e.Message}", e);
        }
    }

    private string Locate(string program) => Find(program) ?? throw ToolPackages.Missing(program);

    /// <summary>The wrappers come from the system also where a caller's path hides it.</summary>
    private static string Wrapper(string program) =>
        FixedPath.Split(':').Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists)
            ?? throw ToolPackages.Missing(program);

    private static string Line(ToolCommand command) => string.Join(' ', [command.Program, .. command.Arguments]);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
