using System.Globalization;
using System.Text;
using Steth.Lab.Hosts;
using Steth.Lab.Plan;

namespace Steth.Lab.Wiring;

/// <summary>A hybrid plug: tap and qvb in a Linux bridge of their own as os-vif makes it, filtered by iptables as Neutron's hybrid driver does.</summary>
internal static class HybridPlug
{
    private const string Chain = "neutron-openvswi-";
    private const string ToGroup = "-m comment --comment \"Direct traffic from the VM interface to the security group chain.\" -j " + Chain + "sg-chain";
    private const string Known = "-m state --state RELATED,ESTABLISHED -m comment --comment \"Direct packets associated with a known session to the RETURN chain.\" -j RETURN";
    private const string Invalid = "-m state --state INVALID -m comment --comment \"Drop packets that appear related to an existing connection (e.g. TCP ACK/FIN) but do not have an entry in conntrack.\" -j DROP";
    private const string Unmatched = "-m comment --comment \"Send unmatched traffic to the fallback chain.\" -j " + Chain + "sg-fallback";
    private const string DhcpClient = "-m comment --comment \"Allow DHCP client traffic.\" -j RETURN";
    private const string ToPort = "-m comment --comment \"Jump to the VM specific chain.\" -j ";

    /// <summary>Makes the bridges and veth pairs of a host's ports; the taps are there already.</summary>
    public static Task PlugAsync(LabHost host, IEnumerable<PortPlan> ports, CancellationToken ct) => host.IpAsync(ports.SelectMany(port => new[]
    {
        $"link add {port.Bridge} type bridge forward_delay 0 ageing_time 0 stp_state 0 mcast_snooping 0",
        $"link add {port.BridgeVeth} type veth peer name {port.OvsVeth}",
        $"link set {port.Bridge} mtu {port.Network.Mtu}",
        $"link set {port.BridgeVeth} mtu {port.Network.Mtu}",
        $"link set {port.OvsVeth} mtu {port.Network.Mtu}",
        $"link set {port.BridgeVeth} master {port.Bridge}",
        $"link set {port.Tap} master {port.Bridge}",
        $"link set {port.Bridge} up",
        $"link set {port.BridgeVeth} up",
        $"link set {port.OvsVeth} up",
    }), ct);

    /// <summary>Loads the security group's set and chains.</summary>
    public static async Task FilterAsync(LabHost host, LabPlan plan, HostKernel kernel, CancellationToken ct)
    {
        var set = "NIPv4" + plan.SecurityGroupId[..24]; // Neutron cuts set names at 29 characters
        var members = plan.VmPorts.Select(port => $"add {set} {port.Address}\n");
        await host.RunAsync(["ipset", "restore"], $"create {set} hash:net family inet\n{string.Concat(members)}", ct);
        await host.RunAsync(["iptables-restore"], Rules(plan.VmPortsOn(host.Name), set, kernel.HasConntrackZones), ct);
    }

    private static string Rules(IReadOnlyList<PortPlan> ports, string set, bool withZones)
    {
        var text = new StringBuilder();
        Line(text, $"*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:{Chain}OUTPUT - [0:0]\n:{Chain}PREROUTING - [0:0]");
        Line(text, $"-A PREROUTING -j {Chain}PREROUTING\n-A OUTPUT -j {Chain}OUTPUT");
        foreach (var port in withZones ? ports : [])
        {
            // One conntrack zone a network: 4096 and the local VLAN.
            var zone = $"-m comment --comment \"Set zone for {port.Id}\" -j CT --zone {4096 + port.LocalVlan}";
            Line(text, $"-A {Chain}PREROUTING -m physdev --physdev-in {port.BridgeVeth} {zone}");
            Line(text, $"-A {Chain}PREROUTING -i {port.BridgeVeth} {zone}");
            Line(text, $"-A {Chain}PREROUTING -m physdev --physdev-in {port.Tap} {zone}");
        }
        Line(text, "COMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:neutron-filter-top - [0:0]");
        foreach (var name in (string[])["FORWARD", "INPUT", "OUTPUT", "local", "sg-chain", "sg-fallback"])
            Line(text, $":{Chain}{name} - [0:0]");
        foreach (var name in ports.SelectMany(port => new[] { In(port), Out(port), Spoof(port) }))
            Line(text, $":{name} - [0:0]");
        Line(text, $"-A INPUT -j {Chain}INPUT");
        foreach (var name in (string[])["FORWARD", "OUTPUT"])
            Line(text, $"-A {name} -j neutron-filter-top\n-A {name} -j {Chain}{name}");
        Line(text, $"-A neutron-filter-top -j {Chain}local");
        foreach (var port in ports)
            Port(text, port, set);
        Line(text, $"-A {Chain}sg-chain -j ACCEPT");
        Line(text, $"-A {Chain}sg-fallback -m comment --comment \"Default drop rule for unmatched traffic.\" -j DROP\nCOMMIT");
        return text.ToString();
    }

    private static void Port(StringBuilder text, PortPlan port, string set)
    {
        foreach (var way in (string[])["out", "in"])
            Line(text, $"-A {Chain}FORWARD -m physdev --physdev-{way} {port.Tap} --physdev-is-bridged {ToGroup}");
        Line(text, $"-A {Chain}INPUT -m physdev --physdev-in {port.Tap} --physdev-is-bridged "
            + $"-m comment --comment \"Direct incoming traffic from VM to the security group chain.\" -j {Out(port)}");
        Line(text, $"-A {In(port)} {Known}");
        Line(text, $"-A {In(port)} -d {port.Address}/32 -p udp -m udp --sport 67 --dport 68 -j RETURN");
        Line(text, $"-A {In(port)} -d 255.255.255.255/32 -p udp -m udp --sport 67 --dport 68 -j RETURN");
        Line(text, $"-A {In(port)} -m set --match-set {set} src -j RETURN");
        Line(text, $"-A {In(port)} -p icmp -j RETURN\n-A {In(port)} {Invalid}\n-A {In(port)} {Unmatched}");
        Line(text, $"-A {Out(port)} -s 0.0.0.0/32 -d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67 {DhcpClient}");
        Line(text, $"-A {Out(port)} -j {Spoof(port)}");
        Line(text, $"-A {Out(port)} -p udp -m udp --sport 68 --dport 67 {DhcpClient}");
        Line(text, $"-A {Out(port)} -p udp -m udp --sport 67 --dport 68 -m comment --comment \"Prevent DHCP Spoofing by VM.\" -j DROP");
        Line(text, $"-A {Out(port)} {Known}\n-A {Out(port)} -j RETURN\n-A {Out(port)} {Invalid}\n-A {Out(port)} {Unmatched}");
        Line(text, $"-A {Spoof(port)} -s {port.Address}/32 -m mac --mac-source {port.Mac} "
            + "-m comment --comment \"Allow traffic from defined IP/MAC pairs.\" -j RETURN");
        Line(text, $"-A {Spoof(port)} -m comment --comment \"Drop traffic without an IP/MAC allow rule.\" -j DROP");
        Line(text, $"-A {Chain}sg-chain -m physdev --physdev-out {port.Tap} --physdev-is-bridged {ToPort}{In(port)}");
        Line(text, $"-A {Chain}sg-chain -m physdev --physdev-in {port.Tap} --physdev-is-bridged {ToPort}{Out(port)}");
    }

    // iptables chain names end at 28 characters: ten of the port id are left.
    private static string In(PortPlan port) => $"{Chain}i{port.Id[..10]}";

    private static string Out(PortPlan port) => $"{Chain}o{port.Id[..10]}";

    private static string Spoof(PortPlan port) => $"{Chain}s{port.Id[..10]}";

    private static void Line(StringBuilder text, string line) => text.Append(CultureInfo.InvariantCulture, $"{line}\n");
}
