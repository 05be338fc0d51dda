using Steth.Lab.Hosts;
using Steth.Lab.Processes;
using Steth.Lab.State;

namespace Steth.Lab.Wiring;

/// <summary>A host's own Open vSwitch. A datapath of the kernel is the host's own, too: each network namespace has its own.</summary>
internal static class OvsNode
{
    /// <summary>Creates the empty database that every host begins with.</summary>
    public static async Task<string> CreateDatabaseAsync(LabDirectory directory, Launcher launcher, CancellationToken ct)
    {
        var path = directory.FileOf("sw", "empty.db");
        await launcher.RunAsync(["ovsdb-tool", "create", path, "/usr/share/openvswitch/vswitch.ovsschema"], null, ct);
        return path;
    }

    /// <summary>Starts the daemons on a host with <paramref name="configuration"/> (ovs-vsctl commands) already in the database.</summary>
    public static async Task StartAsync(LabHost host, string emptyDatabase, IReadOnlyList<IReadOnlyList<string>> configuration, CancellationToken ct)
    {
        File.Copy(emptyDatabase, host.Root + "/etc/openvswitch/conf.db");
        await host.RunAsync(
        [
            "ovsdb-server", "/etc/openvswitch/conf.db", "--remote=punix:/run/openvswitch/db.sock",
            "--remote=db:Open_vSwitch,Open_vSwitch,manager_options", "--pidfile", "--detach",
            "--log-file=/var/log/openvswitch/ovsdb-server.log", "-vconsole:off",
        ], ct);
        await VsctlAsync(host, noWait: true,
        [
            ["init"],
            ["set", "Open_vSwitch", ".", "external_ids:hostname=" + host.Name, "external_ids:system-id=" + host.Name, "other_config:hw-offload=false"],
            .. configuration,
        ], ct);
        // It detaches once it has configured everything the database holds.
        await host.RunAsync(
        [
            "ovs-vswitchd", "--pidfile", "--detach", "--log-file=/var/log/openvswitch/ovs-vswitchd.log", "-vconsole:off",
        ], ct);
    }

    /// <summary>Runs ovs-vsctl commands as one transaction.</summary>
    public static Task VsctlAsync(LabHost host, bool noWait, IReadOnlyList<IReadOnlyList<string>> commands, CancellationToken ct) =>
        host.RunAsync(Vsctl(host.Name, commands, noWait).Command, ct);

    /// <summary>ovs-vsctl commands as one transaction.</summary>
    public static HostCommand Vsctl(string host, IEnumerable<IReadOnlyList<string>> commands, bool noWait = false)
    {
        var line = new List<string> { "ovs-vsctl", "--timeout=20" };
        if (noWait)
            line.Add("--no-wait");
        foreach (var command in commands)
        {
            line.Add("--");
            line.AddRange(command);
        }
        return new HostCommand(host, line);
    }

    /// <summary>Adds flows to a bridge, all at once, each with the cookie.</summary>
    public static Task AddFlowsAsync(LabHost host, string bridge, string cookie, IEnumerable<string> flows, CancellationToken ct) =>
        host.RunAsync(["ovs-ofctl", "-O", "OpenFlow14", "--bundle", "add-flows", bridge, "-"],
            string.Concat(flows.Select(flow => $"cookie={cookie},{flow}\n")), ct);
}
