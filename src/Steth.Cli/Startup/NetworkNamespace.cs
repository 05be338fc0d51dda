using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Steth.Cli.Commands;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Startup;

/// <summary>
/// STETH_NETNS: runs steth as seen from a network namespace. The runtime has several threads already when Main begins, and setns(2)
/// moves one of them only; so the main thread moves and then executes the program again: after execve(2) that thread is the process,
/// with its namespace.
/// </summary>
public static partial class NetworkNamespace
{
    /// <summary>The environment variable: a path (<c>/proc/PID/ns/net</c>) or a name under /run/netns.</summary>
    public const string Variable = "STETH_NETNS";

    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int NewNetworkNamespace = 0x40000000;
    private const int NotPermitted = 1;
    private const int AccessDenied = 13;

    /// <summary>Why the namespace was not entered.</summary>
    /// <param name="Sentence">For the operator.</param>
    /// <param name="ExitCode">64, or 77 when the privilege is missing.</param>
    public sealed record Refusal(string Sentence, int ExitCode);

    /// <summary>Enters the namespace and starts over there. Must be called on the main thread.</summary>
    /// <param name="place">The variable's value; null or empty: stay here.</param>
    /// <returns>Null when there is nothing to enter. Does not return when it was entered.</returns>
    public static Refusal? Enter(string? place)
    {
        if (string.IsNullOrEmpty(place))
            return null;
        var path = place.Contains('/', StringComparison.Ordinal) ? place : $"/run/netns/{place}";
        var descriptor = Open(path, ReadOnlyCloseOnExec);
        if (descriptor < 0)
            return Refuse($"{Variable}: {path} cannot be opened");
        if (SetNamespace(descriptor, NewNetworkNamespace) != 0)
            return Refuse($"{Variable}: the network namespace {path} cannot be entered");
        StartOver();
        return Refuse($"{Variable}: steth cannot be started again in {path}");
    }

    private static Refusal Refuse(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        var denied = error is NotPermitted or AccessDenied;
        return new Refusal(
            $"{what}: {Marshal.GetPInvokeErrorMessage(error)}.{(denied ? " Run steth as root." : "")}",
            denied ? ProcessExitCode.NoPermission : ExitCode.Usage);
    }

    private static void StartOver()
    {
        // The words as the kernel has them: with "dotnet steth.dll" the program is dotnet, and the library is its first argument.
        string[] words = [.. Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).TrimEnd('\0').Split('\0')];
        string[] variables = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(entry => (string)entry.Key != Variable).Select(entry => $"{entry.Key}={entry.Value}")];
        _ = Execute(Environment.ProcessPath ?? "/proc/self/exe", [.. words, null], [.. variables, null]);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int descriptor, int kind);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments, string?[] environment);
}
