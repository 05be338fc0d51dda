using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Kernel;

/// <summary>Runs code inside a named network namespace (ip-netns(8): a file under /run/netns).</summary>
/// <remarks>
/// setns(2) with CLONE_NEWNET moves one thread. That thread is ours alone and ends with the call, so that no pool thread is
/// ever left in a foreign namespace. Sockets and capture handles stay bound to the namespace they were opened in.
/// </remarks>
public static partial class NetworkNamespace
{
    private const string Folder = "/run/netns";
    private const int CloneNewNet = 0x40000000;
    private const int Eperm = 1;

    /// <summary>Runs <paramref name="body"/> inside the namespace and waits for it; null: here and now.</summary>
    /// <returns>What <paramref name="body"/> returns; its exceptions come through as they are.</returns>
    /// <exception cref="OperationException">NoSuchDevice with the names there are; PermissionDenied without CAP_SYS_ADMIN.</exception>
    public static T Run<T>(NamespaceName? name, Func<T> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (name is not { } wanted)
            return body();
        T result = default!;
        OnOwnThread($"netns {wanted}", () =>
        {
            Enter(wanted);
            result = body();
        });
        return result;
    }

    /// <summary>
    /// Runs <paramref name="body"/> in one namespace after another, all on one thread; one that is gone meanwhile is left out.
    /// </summary>
    /// <exception cref="OperationException">PermissionDenied without CAP_SYS_ADMIN.</exception>
    public static IReadOnlyDictionary<NamespaceName, T> RunInEach<T>(IReadOnlyList<NamespaceName> names, Func<T> body)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(body);
        var results = new Dictionary<NamespaceName, T>(names.Count);
        OnOwnThread("netns", () =>
        {
            foreach (var name in names)
            {
                try
                {
                    Enter(name);
                }
                catch (OperationException e) when (e.Code == OperationErrorCode.NoSuchDevice)
                {
                    continue;
                }
                results[name] = body();
            }
        });
        return results;
    }

    /// <summary>What the kernel calls the namespace: <c>net:[4026531840]</c>, the same for all who are in it.</summary>
    /// <exception cref="OperationException">As <see cref="Run"/>.</exception>
    public static string Identity(NamespaceName? name) =>
        Run(name, () => new FileInfo("/proc/thread-self/ns/net").LinkTarget ?? throw new IOException("/proc is not mounted."));

    /// <summary>Makes sure that a namespace can be entered.</summary>
    /// <exception cref="OperationException">As <see cref="Run"/>.</exception>
    public static void Require(NamespaceName name) => Run(name, () => true);

    /// <summary>The names under /run/netns, sorted; empty when there are none.</summary>
    public static IReadOnlyList<NamespaceName> List()
    {
        if (!Directory.Exists(Folder))
            return [];
        var names = new List<NamespaceName>();
        foreach (var path in Directory.EnumerateFiles(Folder).Order(StringComparer.Ordinal))
        {
            if (NamespaceName.TryParse(Path.GetFileName(path), null, out var name))
                names.Add(name);
        }
        return names;
    }

    private static void OnOwnThread(string name, Action body)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    private static void Enter(NamespaceName name)
    {
        try
        {
            using var file = File.OpenHandle($"{Folder}/{name}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (SetNs(file, CloneNewNet) == 0)
                return;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(name, "does not exist", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Denied(name, e.Message);
        }
        var error = Marshal.GetLastPInvokeError();
        throw error == Eperm
            ? Denied(name, Marshal.GetPInvokeErrorMessage(error))
            // EINVAL: the mount is gone and a plain file was left behind, as after an unclean shutdown.
            : Missing(name, $"cannot be entered ({Marshal.GetPInvokeErrorMessage(error)})", null);
    }

    private static OperationException Missing(NamespaceName name, string what, Exception? cause)
    {
        const int most = 20;
        var known = List();
        var names = known.Count == 0 ? "there is none"
            : $"there are {string.Join(", ", known.Take(most))}{(known.Count > most ? $" and {known.Count - most} more" : "")}";
        var message = $"The network namespace '{name}' {what} on this host; under {Folder} {names}.";
        return cause is null
            ? new OperationException(OperationErrorCode.NoSuchDevice, message)
            : new OperationException(OperationErrorCode.NoSuchDevice, message, cause);
    }

    private static OperationException Denied(NamespaceName name, string words) =>
        new(OperationErrorCode.PermissionDenied,
            $"The agent may not enter the network namespace '{name}' ({words}); run it with CAP_SYS_ADMIN.");

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(SafeHandle file, int type);
}
