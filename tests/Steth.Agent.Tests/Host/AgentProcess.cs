using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Steth.Agent.Tests.Host;

/// <summary>The real agent as a process of its own, on a free port of 127.0.0.1.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    public const int SigStop = 19;
    public const int SigCont = 18;

    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly string _auditFolder;

    private AgentProcess(Process process, string auditFolder) => (_process, _auditFolder) = (process, auditFolder);

    /// <summary>Where it writes who asked what.</summary>
    public string AuditFile => Path.Combine(_auditFolder, "audit.log");

    public int Id => _process.Id;

    public int Port => _port.Task.Result;

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <summary>Lines of its standard error so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public static Task<AgentProcess> StartAsync(params (string Name, string Value)[] environment) =>
        StartAsync(["--insecure"], environment);

    /// <summary>The same with a certificate, or within a limit of open files.</summary>
    public static Task<AgentProcess> StartAsync(
        IReadOnlyList<string> args, (string Name, string Value)[]? environment = null, int? mostOpenFiles = null) =>
        StartWithinAsync(mostOpenFiles is { } most ? ["prlimit", $"--nofile={most}:{most}"] : [], args, environment ?? []);

    /// <summary>Starts it in a mount namespace of its own that a shell has prepared; needs root.</summary>
    public static Task<AgentProcess> StartOnAsync(string prepare, params (string Name, string Value)[] environment) =>
        StartWithinAsync(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", $"{prepare}; exec \"$0\" \"$@\""], ["--insecure"], environment);

    private static async Task<AgentProcess> StartWithinAsync(
        string[] starter, IReadOnlyList<string> args, (string Name, string Value)[] environment)
    {
        var folder = Directory.CreateTempSubdirectory("steth-agent-").FullName;
        var start = StartInfo(
            ["--listen", "127.0.0.1", "--port", "0", .. args],
            [("STETH_AGENT_AUDIT", Path.Combine(folder, "audit.log")), ("STETH_AGENT_STATE_DIR", Path.Combine(folder, "state")), .. environment]);
        if (starter.Length > 0)
        {
            string[] words = [.. starter.Skip(1), start.FileName, .. start.ArgumentList];
            start.ArgumentList.Clear();
            foreach (var word in words)
                start.ArgumentList.Add(word);
            start.FileName = starter[0];
        }
        var agent = new AgentProcess(new Process { StartInfo = start }, folder);
        agent._process.ErrorDataReceived += (_, e) => agent.Take(e.Data);
        agent._process.Start();
        agent._process.BeginErrorReadLine();
        await agent._port.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        return agent;
    }

    /// <summary>Sends it a signal.</summary>
    public void Signal(int signal) => Kill(_process.Id, signal).ShouldBe(0);

    /// <summary>How many descriptors of pipes it holds.</summary>
    public int OpenPipes() => Directory.GetFiles($"/proc/{_process.Id}/fd")
        .Count(f => File.ResolveLinkTarget(f, returnFinalTarget: false) is { } target && target.Name.StartsWith("pipe:", StringComparison.Ordinal));

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Stdout, string Stderr)> RunAsync(
        IReadOnlyList<string> args, params (string Name, string Value)[] environment)
    {
        using var process = Process.Start(StartInfo(args, environment))!;
        var token = TestContext.Current.CancellationToken;
        var stdout = process.StandardOutput.ReadToEndAsync(token);
        var stderr = process.StandardError.ReadToEndAsync(token);
        await process.WaitForExitAsync(token).WaitAsync(TimeSpan.FromSeconds(30), token);
        return (process.ExitCode, await stdout, await stderr);
    }

    /// <summary>Asks it to end, as systemd does.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        Kill(_process.Id, SigTerm).ShouldBe(0);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
        Directory.Delete(_auditFolder, recursive: true);
    }

    private static ProcessStartInfo StartInfo(IReadOnlyList<string> args, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "steth-agent"), args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            _port.TrySetException(new InvalidOperationException($"The agent ended: {string.Join(" / ", Lines)}"));
            return;
        }
        lock (_lines)
            _lines.Add(line);
        const string listening = "listening on 127.0.0.1:";
        if (line.StartsWith(listening, StringComparison.Ordinal))
            _port.TrySetResult(int.Parse(line.AsSpan(listening.Length), System.Globalization.CultureInfo.InvariantCulture));
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
