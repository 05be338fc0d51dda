using Steth.Lab.Hosts;
using Steth.Lab.Plan;

namespace Steth.Lab.Wiring;

/// <summary>The L3 agent's work for r1: the qrouter namespace between vnet and the outside, with its NAT chains.</summary>
internal static class Router
{
    /// <summary>Moves the router's devices into its namespace and makes it route. The namespace is there already.</summary>
    public static async Task StartAsync(LabHost host, LabPlan plan, CancellationToken ct)
    {
        await host.IpAsync(
        [
            $"link set {plan.RouterDevice} address {plan.RouterPort.Mac}",
            $"link set {plan.GatewayDevice} address {plan.GatewayPort.Mac}",
            $"link set {plan.RouterDevice} netns {plan.RouterNamespace}",
            $"link set {plan.GatewayDevice} netns {plan.RouterNamespace}",
        ], ct);
        await host.IpAsync(
        [
            "link set lo up",
            $"link set {plan.RouterDevice} up",
            $"link set {plan.GatewayDevice} up",
            $"addr add {plan.RouterPort.Address}/{plan.Vnet.Range.PrefixLength} brd + dev {plan.RouterDevice}",
            $"addr add {plan.GatewayPort.Address}/{plan.External.Range.PrefixLength} brd + dev {plan.GatewayDevice}",
            $"route add default via {plan.External.Gateway} dev {plan.GatewayDevice} proto static",
        ], ct, plan.RouterNamespace);
        await host.RunAsync(["ip", "netns", "exec", plan.RouterNamespace, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1"], ct);
        await host.RunAsync(["ip", "netns", "exec", plan.RouterNamespace, "iptables-restore"], Rules(plan), ct);
    }

    private static string Rules(LabPlan plan)
    {
        const string own = "neutron-l3-agent-";
        const string save = "-m connmark --mark 0x0/0xffff0000 -j CONNMARK --save-mark --nfmask 0xffff0000 --ctmask 0xffff0000";
        var (qr, qg, outside) = (plan.RouterDevice, plan.GatewayDevice, plan.GatewayPort.Address);
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
            -A {own}scope -i {qr} -j MARK --set-xmark 0x4000000/0xffff0000
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
            -A {own}scope -o {qr} -m mark ! --mark 0x4000000/0xffff0000 -j DROP
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
            -A {own}POSTROUTING ! -o {qg} -m conntrack ! --ctstate DNAT -j ACCEPT
            -A {own}PREROUTING -d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 9697
            -A {own}snat -j {own}float-snat
            -A {own}snat -o {qg} -j SNAT --to-source {outside} --random-fully
            -A {own}snat -m mark ! --mark 0x2/0xffff -m conntrack --ctstate DNAT -j SNAT --to-source {outside} --random-fully
            -A neutron-postrouting-bottom -m comment --comment "Perform source NAT on outgoing traffic." -j {own}snat
            COMMIT

            """;
    }
}
