using Steth.Lab.Hosts;
using Steth.Lab.Plan;

namespace Steth.Lab.Wiring;

/// <summary>
/// The cables, all plugged into the switch host: m-HOST to eth0 (management), p-HOST to eth1 (provider VLANs), u-HOST to eth2
/// (tunnel underlay), s-HOST to eth3 (storage). Management and storage are plain bridges; the rest goes into the OVS switch.
/// </summary>
internal static class Cables
{
    /// <summary>The switch's port for a host's provider NIC.</summary>
    public static string TrunkOf(string host) => "p-" + host;

    /// <summary>The switch's port for a host's underlay NIC.</summary>
    public static string UnderlayOf(string host) => "u-" + host;

    /// <summary>Plugs every cable in and raises the switch's ends.</summary>
    public static Task PlugAsync(LabHost sw, IReadOnlyList<LabHost> hosts, CancellationToken ct)
    {
        var lines = new List<string> { "link add brmgmt type bridge", "link add brstor type bridge", "link set brmgmt up", "link set brstor up" };
        foreach (var host in hosts)
        {
            if (host.Plan.Management is not null)
                Plug(lines, host, "m-" + host.Name, "eth0", "brmgmt");
            if (host.Plan.IsWired || host.Name == "ext")
                Plug(lines, host, TrunkOf(host.Name), "eth1", null);
            if (host.Plan.Underlay is not null)
                Plug(lines, host, UnderlayOf(host.Name), "eth2", null);
            if (host.Plan.Storage is not null)
                Plug(lines, host, "s-" + host.Name, "eth3", "brstor");
        }
        return sw.IpAmongHostsAsync(lines, ct);
    }

    /// <summary>Addresses a host's own ends and raises them.</summary>
    public static async Task AddressAsync(LabHost host, CancellationToken ct)
    {
        var lines = new List<string>();
        if (host.Plan.Management is { } management)
            lines.AddRange([$"addr add {management}/24 brd + dev eth0", "link set eth0 up"]);
        if (host.Plan.Storage is { } storage)
            lines.AddRange([$"addr add {storage}/24 brd + dev eth3", "link set eth3 up"]);
        if (host.Plan.IsWired)
            lines.AddRange(["link set eth1 up", "link set eth2 up"]);
        if (host.Name == "ext")
            lines.AddRange(["addr add 203.0.113.1/24 brd + dev eth1", $"addr add {LabPlan.Internet}/32 dev lo", "link set eth1 up"]);
        await host.IpAsync(lines, ct);
        // Userspace OVS forwards what it reads: a checksum left to a NIC that does not exist would never be filled in.
        foreach (var device in (string[])(host.Plan.IsWired ? ["eth1", "eth2"] : host.Name == "ext" ? ["eth1"] : []))
            await host.RunAsync(["ethtool", "-K", device, "tx", "off"], ct);
    }

    private static void Plug(List<string> lines, LabHost host, string port, string device, string? bridge)
    {
        lines.Add($"link add {port} type veth peer name {device} netns {host.Process}");
        if (bridge is not null)
            lines.Add($"link set {port} master {bridge}");
        lines.Add($"link set {port} up");
    }
}
