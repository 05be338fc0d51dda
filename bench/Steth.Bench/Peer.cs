using System.Diagnostics;
using System.Globalization;

namespace Steth.Bench;

/// <summary>A server started for the time of a measurement.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;
    private DirectoryInfo? _folder;

    private Peer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Starts a program and reads its port from the first line that ends in a number.</summary>
    public static Peer Start(string program, bool portOnStderr, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var reader = portOnStderr ? process.StandardError : process.StandardOutput;
        while (reader.ReadLine() is { } line)
        {
            if (int.TryParse(line[(line.LastIndexOf(':') + 1)..].Trim(), CultureInfo.InvariantCulture, out var port))
            {
                // What it says later is read and dropped, so that it never waits for a reader.
                _ = process.StandardError.ReadToEndAsync();
                _ = process.StandardOutput.ReadToEndAsync();
                return new Peer(process, port);
            }
        }
        throw new InvalidOperationException($"{program} ended before it listened.");
    }

    /// <summary>Starts a steth-agent without certificates, its audit and its journal in a folder that goes with it.</summary>
    public static Peer StartAgent(string program)
    {
        var folder = Directory.CreateTempSubdirectory("steth-bench-");
        var agent = Start(
            program, portOnStderr: true, "--listen", "127.0.0.1", "--port", "0", "--insecure",
            "--audit", Path.Combine(folder.FullName, "audit.log"), "--state-dir", Path.Combine(folder.FullName, "state"));
        agent._folder = folder;
        return agent;
    }

    /// <summary>Runs a program to its end and returns the seconds it took.</summary>
    public static double Time(string program, IEnumerable<string> arguments) => Time(program, arguments, [], out _);

    /// <summary>The same, with more in its environment and what it wrote to stdout.</summary>
    public static double Time(
        string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment, out string output)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var read = process.StandardOutput.ReadToEndAsync();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        output = read.GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    /// <summary>Runs a program that must succeed; returns what it wrote to stdout. A daemon it leaves behind writes past us.</summary>
    public static string Run(string program, IEnumerable<string> arguments, string? input = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    /// <summary>Starts a program that is there until this one's process namespace ends.</summary>
    public static void Launch(string program, params string[] arguments) => Process.Start(program, arguments).Dispose();

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _folder?.Delete(recursive: true);
    }
}
