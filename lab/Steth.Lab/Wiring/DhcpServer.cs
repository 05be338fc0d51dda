using System.Globalization;
using Steth.Lab.Hosts;
using Steth.Lab.Plan;

namespace Steth.Lab.Wiring;

/// <summary>The DHCP agent's work for vnet: the qdhcp namespace, its files under /var/lib/neutron/dhcp, and a dnsmasq as the agent starts it.</summary>
internal static class DhcpServer
{
    private const string Domain = "openstacklocal";

    /// <summary>Moves the server's device into its namespace, writes the files and starts dnsmasq. The namespace is there already.</summary>
    public static async Task StartAsync(LabHost host, LabPlan plan, CancellationToken ct)
    {
        var port = plan.DhcpPort;
        await host.IpAsync([$"link set {port.Tap} address {port.Mac}", $"link set {port.Tap} netns {plan.DhcpNamespace}"], ct);
        await host.IpAsync(
        [
            "link set lo up",
            $"link set {port.Tap} up",
            $"addr add {port.Address}/{plan.Vnet.Range.PrefixLength} brd + dev {port.Tap}",
            $"route add default via {plan.Vnet.Gateway} dev {port.Tap} proto static",
        ], ct, plan.DhcpNamespace);
        WriteFiles(host, plan);
        await host.RunAsync(["ip", "netns", "exec", plan.DhcpNamespace, "iptables-restore"], Rules(), ct);
        await host.RunAsync(StartCommand(plan), ct);
    }

    /// <summary>The command that starts dnsmasq in its namespace; it detaches.</summary>
    public static IReadOnlyList<string> StartCommand(LabPlan plan)
    {
        var state = Folder(plan);
        return
        [
            "ip", "netns", "exec", plan.DhcpNamespace,
            "dnsmasq", "--no-hosts", "--no-resolv", $"--pid-file={state}/pid", $"--dhcp-hostsfile={state}/host",
            $"--addn-hosts={state}/addn_hosts", $"--dhcp-optsfile={state}/opts", $"--dhcp-leasefile={state}/leases",
            "--dhcp-match=set:ipxe,175", "--dhcp-userclass=set:ipxe6,iPXE", "--local-service", "--bind-dynamic",
            $"--dhcp-range=set:subnet-{plan.Vnet.SubnetId},{plan.Vnet.Range.BaseAddress},static,255.255.255.0,86400s",
            "--dhcp-option-force=option:mtu,1500", "--dhcp-lease-max=256", "--conf-file=/dev/null",
            "--server=10.77.0.10", $"--domain={Domain}",
        ];
    }

    /// <summary>dnsmasq's process id, as its host counts; null when its pid file is not there.</summary>
    public static int? ReadProcess(LabHost host, LabPlan plan)
    {
        var path = $"{host.Root}{Folder(plan)}/pid";
        return File.Exists(path) && int.TryParse(File.ReadAllText(path).Trim(), CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    private static string Folder(LabPlan plan) => "/var/lib/neutron/dhcp/" + plan.Vnet.Id;

    private static void WriteFiles(LabHost host, LabPlan plan)
    {
        var folder = Directory.CreateDirectory(host.Root + Folder(plan)).FullName;
        var known = plan.VmPorts.Prepend(plan.RouterPort).Select(port => (port.Mac, port.Address, Name: $"host-{port.Address.ToString().Replace('.', '-')}")).ToArray();
        var tag = "tag:subnet-" + plan.Vnet.SubnetId;
        var routes = $"169.254.169.254/32,{plan.Vnet.Gateway},0.0.0.0/0,{plan.Vnet.Gateway}";
        Write("host", known.Select(entry => $"{entry.Mac},{entry.Name}.{Domain},{entry.Address}\n"));
        Write("addn_hosts", known.Select(entry => $"{entry.Address}\t{entry.Name}.{Domain} {entry.Name}\n"));
        Write("opts", [$"{tag},option:classless-static-route,{routes}\n", $"{tag},249,{routes}\n", $"{tag},option:router,{plan.Vnet.Gateway}\n"]);
        Write("interface", [plan.DhcpPort.Tap]);

        void Write(string name, IEnumerable<string> parts) => File.WriteAllText(Path.Combine(folder, name), string.Concat(parts));
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
