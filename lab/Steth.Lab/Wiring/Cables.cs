using System.Net;
using Steth.Lab.Hosts;
using Steth.Lab.Plan;

namespace Steth.Lab.Wiring;

/// <summary>
/// The cables, all plugged into the switch host: m-HOST to eth0 (management), p-HOST to eth1 (provider VLANs, or a bare host's fabric),
/// u-HOST to eth2 (tunnel underlay), s-HOST to eth3 (storage). Management, storage and the bare hosts' fabric are plain bridges; the rest
/// goes into the OVS switch.
/// </summary>
internal static class Cables
{
    /// <summary>
    /// The bridge that is the bare hosts' fabric. It does not look at VLANs and floods tagged frames like others, in the kernel: a burst to
    /// 100 ports arrives whole and in a tenth of the time that Open vSwitch's userspace datapath takes, which drops most of it.
    /// </summary>
    public const string FabricBridge = "brfab";

    /// <summary>The switch's port for a host's provider or fabric NIC.</summary>
    public static string TrunkOf(string host) => "p-" + host;

    /// <summary>The switch's port for a host's underlay NIC.</summary>
    public static string UnderlayOf(string host) => "u-" + host;

    /// <summary>The switch's port for a host's storage NIC.</summary>
    public static string StorageOf(string host) => "s-" + host;

    /// <summary>Plugs every cable in and raises the switch's ends.</summary>
    public static Task PlugAsync(LabHost sw, IReadOnlyList<LabHost> hosts, CancellationToken ct)
    {
        var lines = new List<string>();
        foreach (var bridge in (string[])["brmgmt", hosts.Any(host => host.Plan.Fabric is not null) ? FabricBridge : "brstor"])
            lines.AddRange([$"link add {bridge} type bridge mcast_snooping 0", $"link set {bridge} up"]);
        foreach (var host in hosts)
        {
            if (host.Plan.Management is not null)
                Plug(lines, host, "m-" + host.Name, "eth0", "brmgmt");
            if (host.Plan.IsWired || host.Name == "ext")
                Plug(lines, host, TrunkOf(host.Name), "eth1", null);
            if (host.Plan.Fabric is not null)
                Plug(lines, host, TrunkOf(host.Name), "eth1", FabricBridge);
            if (host.Plan.Underlay is not null)
                Plug(lines, host, UnderlayOf(host.Name), "eth2", null);
            if (host.Plan.Storage is not null)
                Plug(lines, host, StorageOf(host.Name), "eth3", "brstor");
        }
        return sw.IpAmongHostsAsync(lines, ct);
    }

    /// <summary>Addresses a host's own ends and raises them, loopback included.</summary>
    public static async Task AddressAsync(LabHost host, CancellationToken ct)
    {
        var lines = new List<string> { "link set lo up" };
        if (host.Plan.Management is { } management)
            lines.AddRange([$"addr add {management}/24 brd + dev eth0", "link set eth0 up"]);
        if (host.Plan.Fabric is { } fabric)
            lines.AddRange([$"addr add {fabric}/24 brd + dev eth1", "link set eth1 up"]);
        if (host.Plan.Storage is { } storage)
            lines.AddRange([$"addr add {storage}/24 brd + dev eth3", "link set eth3 up"]);
        if (host.Plan.IsWired)
            lines.AddRange(["link set eth1 up", "link set eth2 up"]);
        if (host.Name == "ext")
            lines.AddRange(["addr add 203.0.113.1/24 brd + dev eth1", $"addr add {LabPlan.Internet}/32 dev lo", "link set eth1 up"]);
        await host.IpAsync(lines, ct);
        // A checksum left to a NIC that does not exist would never be filled in: userspace OVS forwards what it reads, as a guest does.
        foreach (var device in (string[])(host.Plan.IsWired ? ["eth1", "eth2"] : host.Name == "ext" ? ["eth1"] : []))
            await host.RunAsync(["ethtool", "-K", device, "tx", "off"], ct);
    }

    /// <summary>Makes all hosts of a crowded lab neighbours that are never forgotten.</summary>
    public static Task IntroduceAsync(LabHost host, LabPlan plan, CancellationToken ct)
    {
        var lines = Nics(host.Plan).Select(nic => $"link set {nic.Device} address {MacOf(nic.Address)}").ToList();
        foreach (var other in plan.Hosts.Where(other => other.IsVisible && other != host.Plan))
        {
            lines.AddRange(Nics(other).Where(nic => Nics(host.Plan).Any(own => own.Device == nic.Device))
                .Select(nic => $"neigh replace {nic.Address} lladdr {MacOf(nic.Address)} dev {nic.Device} nud permanent"));
        }
        return host.IpAsync(lines, ct);
    }

    private static IEnumerable<(string Device, IPAddress Address)> Nics(HostPlan host)
    {
        if (host.Management is { } management)
            yield return ("eth0", management);
        if (host.Fabric is { } fabric)
            yield return ("eth1", fabric);
    }

    /// <summary>Locally administered, and the address's four octets.</summary>
    private static string MacOf(IPAddress address) => $"02:00:{string.Join(':', address.GetAddressBytes().Select(octet => $"{octet:x2}"))}";

    private static void Plug(List<string> lines, LabHost host, string port, string device, string? bridge)
    {
        lines.Add($"link add {port} type veth peer name {device} netns {host.Process}");
        if (bridge is not null)
            lines.Add($"link set {port} master {bridge}");
        lines.Add($"link set {port} up");
    }
}
