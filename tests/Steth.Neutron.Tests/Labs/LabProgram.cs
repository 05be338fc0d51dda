using System.Diagnostics;
using System.Text;

namespace Steth.Neutron.Tests.Labs;

/// <summary>Runs neutron-lab and the built steth.</summary>
public static class LabProgram
{
    private static readonly string[] Tools =
    [
        "neutron-server", "keystone-manage", "uwsgi_python3", "mariadbd", "rabbitmq-server", "ovs-vswitchd", "dnsmasq", "haproxy", "udhcpc",
        "nsenter", "curl",
    ];

    /// <summary>Why no lab can come up here; null when one can.</summary>
    public static string? Obstacle { get; } = !Environment.IsPrivilegedProcess
        ? "needs root: the lab is made of network namespaces"
        : Tools.FirstOrDefault(tool => Find(tool) is null) is { } missing
            ? $"needs {missing}, which is not installed: run 'lab/neutron/neutron-lab install'"
            : null;

    /// <summary>The lab's program in the checkout.</summary>
    public static string Lab { get; } = Path.Combine(Checkout(), "lab", "neutron", "neutron-lab");

    /// <summary>steth in the checkout's build output.</summary>
    public static string Steth { get; } = Path.Combine(Checkout(), "src", "Steth.Cli", "bin", "Debug", "net10.0", "steth");

    /// <summary>Starts a program; the caller ends it.</summary>
    public static Process Start(string program, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Runs a program to its end. What it started and left running may hold its output open; nobody waits for that.</summary>
    public static async Task<LabRun> RunAsync(
        string program, IReadOnlyDictionary<string, string> environment, TimeSpan patience, params IEnumerable<string> arguments)
    {
        using var process = Start(program, environment, arguments);
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
    public static IReadOnlyList<int> ProcessesOf(string state)
    {
        var mark = $"STETH_NEUTRON_LAB_MARK={state}\0";
        return
        [
            .. Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
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

    private static string? Find(string tool) => new[] { "/usr/sbin", "/usr/bin", "/sbin", "/bin" }
        .Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);

    private static string Checkout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Steth.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No Steth.slnx above {AppContext.BaseDirectory}.");
    }
}
