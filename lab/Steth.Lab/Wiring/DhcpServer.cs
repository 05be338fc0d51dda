using System.Globalization;
using Steth.Lab.Hosts;
using Steth.Lab.Plan;
using Steth.Lab.State;

namespace Steth.Lab.Wiring;

/// <summary>
/// The DHCP agent's work for a network: the qdhcp namespace, its files under /var/lib/neutron/dhcp, and a dnsmasq as the agent starts
/// it; on an isolated network the metadata proxy, too.
/// </summary>
internal static class DhcpServer
{
    private const string Domain = "openstacklocal";
    private const string Host = LabPlan.NetworkHost;

    /// <summary>
    /// Moves the server's device into its namespace, which is there already, and starts what runs in it. The files are written.
    /// </summary>
    public static IEnumerable<HostCommand> Start(LabPlan plan, NetworkPlan network)
    {
        var (port, netns) = (plan.DhcpPort(network), network.DhcpNamespace);
        yield return HostCommand.Ip(Host, [$"link set {port.Tap} address {port.Mac}", $"link set {port.Tap} netns {netns}"]);
        yield return HostCommand.Ip(Host,
        [
            "link set lo up",
            $"link set {port.Tap} mtu {network.Mtu}",
            $"link set {port.Tap} up",
            $"addr add {port.Address}/{network.Range.PrefixLength} brd + dev {port.Tap}",
            $"addr add {Metadata.Address}/32 brd {Metadata.Address} dev {port.Tap}",
            .. Routes(plan, network),
        ], netns);
        yield return HostCommand.In(Host, netns, ["iptables-restore"], Rules());
        yield return StartDnsmasq(plan, network);
        if (network.IsIsolated)
            yield return Metadata.StartProxy(network.Id, netns);
    }

    /// <summary>The routes of the namespace that do not come with its addresses, as `ip` commands.</summary>
    public static IEnumerable<string> Routes(LabPlan plan, NetworkPlan network) =>
        network.Gateway is { } gateway ? [$"route add default via {gateway} dev {plan.DhcpPort(network).Tap} proto static"] : [];

    /// <summary>Starts dnsmasq in its namespace; it detaches.</summary>
    public static HostCommand StartDnsmasq(LabPlan plan, NetworkPlan network)
    {
        var state = Folder(network);
        return HostCommand.In(Host, network.DhcpNamespace,
        [
            "dnsmasq", "--no-hosts", "--no-resolv", $"--pid-file={state}/pid", $"--dhcp-hostsfile={state}/host",
            $"--addn-hosts={state}/addn_hosts", $"--dhcp-optsfile={state}/opts", $"--dhcp-leasefile={state}/leases",
            "--dhcp-match=set:ipxe,175", "--dhcp-userclass=set:ipxe6,iPXE", "--local-service", "--bind-dynamic",
            $"--dhcp-range=set:subnet-{network.SubnetId},{network.Range.BaseAddress},static,255.255.255.0,86400s",
            $"--dhcp-option-force=option:mtu,{network.Mtu}", "--dhcp-lease-max=256", "--conf-file=/dev/null",
            $"--server={plan.Host("ctl").Management}", $"--domain={Domain}",
        ]);
    }

    /// <summary>dnsmasq's process id, as its host counts; null when its pid file is not there.</summary>
    public static int? ReadProcess(LabHost host, NetworkPlan network)
    {
        var path = $"{host.Root}{Folder(network)}/pid";
        return File.Exists(path) && int.TryParse(File.ReadAllText(path).Trim(), CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    /// <summary>Where the agent keeps a network's files.</summary>
    public static string Folder(NetworkPlan network) => "/var/lib/neutron/dhcp/" + network.Id;

    /// <summary>Writes host, addn_hosts, opts and interface.</summary>
    public static void WriteFiles(LabHost host, LabPlan plan, NetworkPlan network)
    {
        var folder = Directory.CreateDirectory(host.Root + Folder(network)).FullName;
        var known = plan.RouterPorts.Concat(plan.VmPorts).Where(port => port.Network == network)
            .Select(port => (port.Mac, port.Address, Name: $"host-{port.Address.ToString().Replace('.', '-')}")).ToArray();
        Write("host", known.Select(entry => $"{entry.Mac},{entry.Name}.{Domain},{entry.Address}\n"));
        Write("addn_hosts", known.Select(entry => $"{entry.Address}\t{entry.Name}.{Domain} {entry.Name}\n"));
        Write("opts", [Options(plan, network, withMetadata: true)]);
        Write("interface", [plan.DhcpPort(network).Tap]);

        void Write(string name, IEnumerable<string> parts) => File.WriteAllText(Path.Combine(folder, name), string.Concat(parts));
    }

    /// <summary>
    /// The options file: routes (121, and 249 for Windows) and the router; an isolated network's metadata goes by the server itself.
    /// </summary>
    public static string Options(LabPlan plan, NetworkPlan network, bool withMetadata)
    {
        var tag = "tag:subnet-" + network.SubnetId;
        var routes = new List<string>();
        if (withMetadata)
            routes.Add($"{Metadata.Address}/32,{network.Gateway ?? plan.DhcpPort(network).Address}");
        if (network.Gateway is not null)
            routes.Add($"0.0.0.0/0,{network.Gateway}");
        var lines = new List<string>();
        if (routes.Count > 0)
            lines.AddRange([$"{tag},option:classless-static-route,{string.Join(',', routes)}", $"{tag},249,{string.Join(',', routes)}"]);
        lines.Add($"{tag},option:router{(network.Gateway is null ? "" : $",{network.Gateway}")}");
        return string.Join('\n', lines); // Neutron ends the last line without a line feed
    }

    private static string Rules()
    {
        const string own = "neutron-dhcp-age-";
        return $"""
            *mangle
            :PREROUTING ACCEPT [0:0]
            :INPUT ACCEPT [0:0]
            :FORWARD ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :POSTROUTING ACCEPT [0:0]
            :{own}FORWARD - [0:0]
            :{own}INPUT - [0:0]
            :{own}OUTPUT - [0:0]
            :{own}POSTROUTING - [0:0]
            :{own}PREROUTING - [0:0]
            :{own}mark - [0:0]
            -A PREROUTING -j {own}PREROUTING
            -A INPUT -j {own}INPUT
            -A FORWARD -j {own}FORWARD
            -A OUTPUT -j {own}OUTPUT
            -A POSTROUTING -j {own}POSTROUTING
            -A {own}POSTROUTING -p udp -m udp --dport 68 -j CHECKSUM --checksum-fill
            -A {own}PREROUTING -j {own}mark
            COMMIT
            *raw
            :PREROUTING ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :{own}OUTPUT - [0:0]
            :{own}PREROUTING - [0:0]
            -A PREROUTING -j {own}PREROUTING
            -A OUTPUT -j {own}OUTPUT
            COMMIT
            *filter
            :INPUT ACCEPT [0:0]
            :FORWARD ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :{own}FORWARD - [0:0]
            :{own}INPUT - [0:0]
            :{own}OUTPUT - [0:0]
            :{own}local - [0:0]
            :neutron-filter-top - [0:0]
            -A INPUT -j {own}INPUT
            -A FORWARD -j neutron-filter-top
            -A FORWARD -j {own}FORWARD
            -A OUTPUT -j neutron-filter-top
            -A OUTPUT -j {own}OUTPUT
            -A neutron-filter-top -j {own}local
            COMMIT

            """;
    }
}
