using System.Diagnostics;
using System.Text;

namespace Steth.Lab.Tests.Labs;

/// <summary>Runs the built steth-lab.</summary>
public static class LabProgram
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly string[] Tools =
        ["ovs-vswitchd", "ovsdb-server", "ovs-vsctl", "dnsmasq", "haproxy", "ip", "nsenter", "unshare", "iptables-restore", "ipset",
            "ethtool", "sysctl"];

    /// <summary>Why no lab can come up here; null when one can.</summary>
    public static string? Obstacle { get; } = !Environment.IsPrivilegedProcess
        ? "needs root: a lab is made of network namespaces"
        : Tools.FirstOrDefault(tool => Find(tool) is null) is { } missing ? $"needs {missing}, which is not installed" : null;

    /// <summary>The program: beside the tests, else in the checkout's build output.</summary>
    public static string Path { get; } = Candidates().First(File.Exists);

    /// <summary>An agent that does nothing: for tests that are about the lab alone.</summary>
    public static string StandInAgent { get; } = MakeStandIn("stand-in-agent", "echo \"listening on $2:$4\" >&2\nexec sleep infinity");

    /// <summary>An agent that never says it listens: a lab waits for it.</summary>
    public static string SilentAgent { get; } = MakeStandIn("silent-agent", "exec sleep infinity");

    /// <summary>Starts a command; the caller ends it. It heeds an interrupt, also when these tests run in a background that does not.</summary>
    public static Process Start(params IEnumerable<string> arguments) => Start("env", ["--default-signal=INT", Path, .. arguments]);

    /// <summary>Runs a command to its end.</summary>
    public static Task<LabRun> RunAsync(params IEnumerable<string> arguments) => RunToolAsync(Path, arguments);

    /// <summary>Runs a system tool to its end.</summary>
    public static Task<LabRun> RunToolAsync(string tool, params IEnumerable<string> arguments) => RunToolAsync(tool, Deadline, arguments);

    /// <summary>Runs a system tool to its end, which may take longer than usual.</summary>
    public static async Task<LabRun> RunToolAsync(string tool, TimeSpan patience, params IEnumerable<string> arguments)
    {
        using var process = Start(tool, arguments);
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new LabRun(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The living processes of a lab, known by their environment.</summary>
    public static IReadOnlyList<int> ProcessesOf(string lab)
    {
        var mark = $"STETH_LAB={lab}\0";
        return
        [
            .. Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(System.IO.Path.GetFileName(path), out var id) ? id : 0)
                .Where(id => id > 0 && EnvironmentOf(id).Contains(mark, StringComparison.Ordinal)),
        ];
    }

    private static string EnvironmentOf(int process)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{process}/environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static Process Start(string program, IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;

    private static IEnumerable<string> Candidates()
    {
        if (File.Exists(System.IO.Path.Combine(AppContext.BaseDirectory, "steth-lab.dll"))) // else it is the bare host of a program built elsewhere
            yield return System.IO.Path.Combine(AppContext.BaseDirectory, "steth-lab");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            yield return System.IO.Path.Combine(folder.FullName, "lab", "Steth.Lab", "bin", "Debug", "net10.0", "steth-lab");
    }

    private static string? Find(string tool) => new[] { "/usr/sbin", "/usr/bin", "/sbin", "/bin" }
        .Select(folder => System.IO.Path.Combine(folder, tool)).FirstOrDefault(File.Exists);

    private static string MakeStandIn(string name, string script)
    {
        var path = System.IO.Path.Combine(AppContext.BaseDirectory, name);
        var own = $"{path}.{Environment.ProcessId}";
        File.WriteAllText(own, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(own, (UnixFileMode)0b111_101_101);
        File.Move(own, path, overwrite: true);
        return path;
    }
}
