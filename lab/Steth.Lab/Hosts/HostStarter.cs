using System.Globalization;
using System.Text;
using Steth.Lab.Plan;
using Steth.Lab.Processes;
using Steth.Lab.State;

namespace Steth.Lab.Hosts;

/// <summary>Makes hosts: namespaces kept alive by a PID 1, with their own /run, /sys and state directories.</summary>
internal sealed class HostStarter(LabPlan plan, LabDirectory directory, Launcher launcher)
{
    private static readonly TimeSpan Deadline = Patience.OfSeconds(10);

    /// <summary>Directories that Open vSwitch and Neutron's agents keep their files in; each host has its own.</summary>
    private static readonly string[] OwnDirectories = ["/etc/openvswitch", "/var/log/openvswitch", "/var/lib/neutron"];

    /// <summary>Sees to it that there is something to mount on. What it has to create is written down first, for `down`.</summary>
    public static void PrepareMountPoints()
    {
        foreach (var path in OwnDirectories.Where(path => !Directory.Exists(path)))
        {
            File.AppendAllText(LabDirectory.MountPointsFile, path + "\n");
            Directory.CreateDirectory(path);
        }
    }

    /// <summary>Starts a host's PID 1. When that is killed, the kernel ends everything in its process namespace.</summary>
    public int Start(HostPlan host)
    {
        // `env` hands an ignored SIGCHLD on to `sleep`: the kernel then reaps the daemons that end as children of PID 1.
        return launcher.StartDaemon(
        [
            "unshare", "--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private",
            "--", "env", "--ignore-signal=CHLD", "sleep", "infinity",
        ], Path.Combine(directory.LogsOf(host.Name), "init.log"));
    }

    /// <summary>Waits until the host's PID 1 runs in its namespaces, then gives the host its own directories, name and settings.</summary>
    public async Task<LabHost> FurnishAsync(HostPlan host, int unshare, CancellationToken ct)
    {
        var lab = new LabHost(host, await FirstProcessAsync(host.Name, unshare, ct), launcher);
        var table = directory.FileOf(host.Name, "fstab");
        var names = directory.FileOf(host.Name, "hosts");
        await File.WriteAllTextAsync(table, MountTable(names), ct);
        await File.WriteAllTextAsync(names, HostsFile(), ct);
        await launcher.RunAsync(["nsenter", "-t", $"{lab.Process}", "-m", "-n", "-p", "--", "mount", "-a", "-T", table], null, ct);
        foreach (var path in (string[])["run/netns", "run/lock", "run/openvswitch", "run/steth-lab/" + plan.Name])
            Directory.CreateDirectory(Path.Combine(lab.Root, path));
        await lab.RunAsync(["sysctl", "-q", "-w", .. Settings(host)], ct);
        return lab;
    }

    private static async Task<int> FirstProcessAsync(string host, int unshare, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        try
        {
            while (true)
            {
                var children = ReadOrNull($"/proc/{unshare}/task/{unshare}/children")
                    ?? throw new LabException($"Host {host} did not start: unshare ended; namespaces need root and a kernel that has them.");
                if (int.TryParse(children.Trim(), CultureInfo.InvariantCulture, out var first)
                    && ReadOrNull($"/proc/{first}/comm")?.Trim() == "sleep")
                    return first;
                await Task.Delay(2, deadline.Token); // the kernel tells nobody when a child has executed its program
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new LabException($"Host {host} did not start within {Deadline.TotalSeconds:0} s: see whether `unshare --net --pid` works here.");
        }
    }

    private static string? ReadOrNull(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string MountTable(string hostsFile)
    {
        var table = new StringBuilder();
        table.Append(CultureInfo.InvariantCulture, $"{hostsFile} /etc/hosts none bind 0 0\n"); // before /run hides the file
        table.Append("steth-lab-run /run tmpfs mode=755 0 0\nsteth-lab-sys /sys sysfs defaults 0 0\n");
        for (var i = 0; i < OwnDirectories.Length; i++)
            table.Append(CultureInfo.InvariantCulture, $"steth-lab-{i} {OwnDirectories[i]} tmpfs mode=755 0 0\n");
        return table.ToString();
    }

    private string HostsFile()
    {
        var text = new StringBuilder("127.0.0.1 localhost\n::1 localhost\n");
        foreach (var host in plan.Hosts.Where(host => host.IsVisible))
            text.Append(CultureInfo.InvariantCulture, $"{host.Management} {host.Name}\n");
        return text.ToString();
    }

    private IEnumerable<string> Settings(HostPlan host)
    {
        yield return "kernel.hostname=" + host.Name;
        // Devices made from here on keep quiet: no neighbour discovery that nobody asked for shows up in captures. lo keeps ::1.
        yield return "net.ipv6.conf.default.disable_ipv6=1";
        if (host.IsWired)
        {
            yield return "net.ipv4.ip_forward=1";
            yield return "net.bridge.bridge-nf-call-iptables=1";
            yield return "net.bridge.bridge-nf-call-ip6tables=1";
        }
        // A switch has no iptables. Where the kernel has none for bridges either, there is nothing to switch off.
        if (plan.IsBare && host.Name == "sw" && Directory.Exists("/proc/sys/net/bridge"))
        {
            foreach (var table in (string[])["iptables", "ip6tables", "arptables"])
                yield return $"net.bridge.bridge-nf-call-{table}=0";
        }
    }
}
