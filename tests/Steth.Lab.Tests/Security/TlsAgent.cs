using System.Diagnostics;
using System.Globalization;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Security;

/// <summary>A real agent on 127.0.0.1 with a certificate that the real steth issued.</summary>
internal sealed class TlsAgent : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly string _auditFolder;

    private TlsAgent(Process process, string auditFolder) => (_process, _auditFolder) = (process, auditFolder);

    /// <summary>Lines of its audit so far.</summary>
    public string Audit => File.Exists(Path.Combine(_auditFolder, "audit.log")) ? File.ReadAllText(Path.Combine(_auditFolder, "audit.log")) : "";

    public int Port => _port.Task.Result;

    public string Address => $"127.0.0.1:{Port}";

    public string Log
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    public static async Task<TlsAgent> StartAsync(params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("steth-tls-agent-").FullName;
        string[] arguments = ["--listen", "127.0.0.1", "--port", "0", "--audit", Path.Combine(folder, "audit.log"), .. options];
        var start = new ProcessStartInfo(Commands.Steth.AgentPath, arguments) { RedirectStandardError = true };
        var agent = new TlsAgent(new Process { StartInfo = start }, folder);
        agent._process.ErrorDataReceived += (_, e) => agent.Take(e.Data);
        agent._process.Start();
        agent._process.BeginErrorReadLine();
        await agent._port.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        return agent;
    }

    /// <summary>Runs steth, which finds nothing of the user's own.</summary>
    public static Task<LabRun> StethAsync(params string[] arguments) =>
        LabProgram.RunToolAsync("/usr/bin/env", TimeSpan.FromSeconds(60),
            ["-u", "STETH_CONFIG", "-u", "STETH_TLS", "-u", "STETH_INSECURE", "HOME=/nonexistent", Commands.Steth.Path, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_auditFolder, recursive: true);
    }

    private void Take(string? line)
    {
        lock (_lines)
            _lines.Add(line ?? "");
        if (line?.StartsWith("listening on ", StringComparison.Ordinal) == true)
            _port.TrySetResult(int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture));
        if (line is null)
            _port.TrySetException(new InvalidOperationException($"the agent ended: {Log}"));
    }
}
