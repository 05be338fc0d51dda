using System.Diagnostics;
using System.Globalization;

namespace Steth.Bench;

/// <summary>A server started for the time of a measurement.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

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

    /// <summary>Runs a program to its end and returns the seconds it took.</summary>
    public static double Time(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
