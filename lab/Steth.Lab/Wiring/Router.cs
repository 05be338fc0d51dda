using Steth.Lab.Plan;
using Steth.Lab.State;

namespace Steth.Lab.Wiring;

/// <summary>
/// The L3 agent's work for r1: the qrouter namespace between the tenants' networks and the outside, its NAT chains and metadata proxy.
/// </summary>
internal static class Router
{
    private const string Host = LabPlan.NetworkHost;

    /// <summary>Moves the router's devices into its namespace, which is there already, and makes it route.</summary>
    public static IEnumerable<HostCommand> Start(LabPlan plan)
    {
        var (netns, ports) = (plan.RouterNamespace, plan.RouterPorts.Append(plan.GatewayPort).ToArray());
        yield return HostCommand.Ip(Host, ports.SelectMany(port => new[]
        {
            $"link set {port.OvsDevice} address {port.Mac}",
            $"link set {port.OvsDevice} netns {netns}",
        }));
        yield return HostCommand.Ip(Host,
        [
            "link set lo up",
            .. ports.SelectMany(port => new[]
            {
                $"link set {port.OvsDevice} mtu {port.Network.Mtu}",
                $"link set {port.OvsDevice} up",
                Address(port),
            }),
            .. plan.VmPorts.Where(port => port.FloatingIp is not null).Select(port => FloatingAddress(plan, port)),
            DefaultRoute(plan),
        ], netns);
        yield return HostCommand.In(Host, netns, ["sysctl", "-q", "-w", "net.ipv4.ip_forward=1"]);
        yield return HostCommand.In(Host, netns, ["iptables-restore"], Rules(plan));
        yield return Metadata.StartProxy(plan.RouterId, netns);
    }

    /// <summary>The `ip` command that gives a port of the router its address.</summary>
    public static string Address(PortPlan port) => $"addr add {port.Address}/{port.Network.Range.PrefixLength} brd + dev {port.OvsDevice}";

    /// <summary>The `ip` command for a floating IP on the outside.</summary>
    public static string FloatingAddress(LabPlan plan, PortPlan port) =>
        $"addr add {port.FloatingIp}/32 brd {port.FloatingIp} dev {plan.GatewayPort.OvsDevice}";

    /// <summary>The `ip` command for the way out.</summary>
    public static string DefaultRoute(LabPlan plan) =>
        $"route add default via {plan.External.Gateway} dev {plan.GatewayPort.OvsDevice} proto static";

    private static string Rules(LabPlan plan)
    {
        const string own = "neutron-l3-agent-";
        const string save = "-m connmark --mark 0x0/0xffff0000 -j CONNMARK --save-mark --nfmask 0xffff0000 --ctmask 0xffff0000";
        var (qg, outside) = (plan.GatewayPort.OvsDevice, plan.GatewayPort.Address);
        var inside = plan.RouterPorts.Select(port => port.OvsDevice).ToArray();
        var floating = plan.VmPorts.Where(port => port.FloatingIp is not null).ToArray();
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
            :{own}float-snat - [0:0]
            :{own}floatingip - [0:0]
            :{own}mark - [0:0]
            :{own}scope - [0:0]
            -A PREROUTING -j {own}PREROUTING
            -A INPUT -j {own}INPUT
            -A FORWARD -j {own}FORWARD
            -A OUTPUT -j {own}OUTPUT
            -A POSTROUTING -j {own}POSTROUTING
            -A {own}POSTROUTING -o {qg} {save}
            -A {own}PREROUTING -j {own}mark
            -A {own}PREROUTING -j {own}scope
            -A {own}PREROUTING -m connmark ! --mark 0x0/0xffff0000 -j CONNMARK --restore-mark --nfmask 0xffff0000 --ctmask 0xffff0000
            -A {own}PREROUTING -j {own}floatingip
            -A {own}PREROUTING -d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j MARK --set-xmark 0x1/0xffff
            -A {own}float-snat {save}
            -A {own}mark -i {qg} -j MARK --set-xmark 0x2/0xffff
            {Lines(inside.Select(qr => $"-A {own}scope -i {qr} -j MARK --set-xmark 0x4000000/0xffff0000"))}
            -A {own}scope -i {qg} -j MARK --set-xmark 0x4000000/0xffff0000
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
            :neutron-filter-top - [0:0]
            :{own}FORWARD - [0:0]
            :{own}INPUT - [0:0]
            :{own}OUTPUT - [0:0]
            :{own}local - [0:0]
            :{own}scope - [0:0]
            -A INPUT -j {own}INPUT
            -A FORWARD -j neutron-filter-top
            -A FORWARD -j {own}FORWARD
            -A OUTPUT -j neutron-filter-top
            -A OUTPUT -j {own}OUTPUT
            -A neutron-filter-top -j {own}local
            -A {own}FORWARD -j {own}scope
            -A {own}INPUT -m mark --mark 0x1/0xffff -j ACCEPT
            -A {own}INPUT -p tcp -m tcp --dport 9697 -j DROP
            {Lines(inside.Select(qr => $"-A {own}scope -o {qr} -m mark ! --mark 0x4000000/0xffff0000 -j DROP"))}
            COMMIT
            *nat
            :PREROUTING ACCEPT [0:0]
            :INPUT ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :POSTROUTING ACCEPT [0:0]
            :{own}OUTPUT - [0:0]
            :{own}POSTROUTING - [0:0]
            :{own}PREROUTING - [0:0]
            :{own}float-snat - [0:0]
            :{own}snat - [0:0]
            :neutron-postrouting-bottom - [0:0]
            -A PREROUTING -j {own}PREROUTING
            -A OUTPUT -j {own}OUTPUT
            -A POSTROUTING -j {own}POSTROUTING
            -A POSTROUTING -j neutron-postrouting-bottom
            {Lines(floating.Select(port => $"-A {own}OUTPUT -d {port.FloatingIp}/32 -j DNAT --to-destination {port.Address}"))}
            -A {own}POSTROUTING ! -o {qg} -m conntrack ! --ctstate DNAT -j ACCEPT
            {Lines(floating.Select(port => $"-A {own}PREROUTING -d {port.FloatingIp}/32 -j DNAT --to-destination {port.Address}"))}
            -A {own}PREROUTING -d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 9697
            {Lines(floating.Select(port => $"-A {own}float-snat -s {port.Address}/32 -j SNAT --to-source {port.FloatingIp} --random-fully"))}
            -A {own}snat -j {own}float-snat
            -A {own}snat -o {qg} -j SNAT --to-source {outside} --random-fully
            -A {own}snat -m mark ! --mark 0x2/0xffff -m conntrack --ctstate DNAT -j SNAT --to-source {outside} --random-fully
            -A neutron-postrouting-bottom -m comment --comment "Perform source NAT on outgoing traffic." -j {own}snat
            COMMIT

            """;
    }

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines);
}
