using System.Globalization;
using System.Net;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;

namespace Steth.Diagnosis.Checks;

/// <summary>Tells a security group that does not allow a packet from an agent that did not carry out what it allows.</summary>
public static class SecurityGroups
{
    private const int EchoRequest = 8;
    private const int HttpPort = 80;

    /// <summary>Whether the port's groups allow a probe's request; null: not known, or it is not theirs to say (ARP, DHCP).</summary>
    /// <param name="port">The port.</param>
    /// <param name="ingress">Towards the guest.</param>
    /// <param name="probe">The exchange.</param>
    public static bool? Allow(PortIntent port, bool ingress, ProbeKind probe)
    {
        if (port.SecurityRules is not { } rules || Packet(probe) is not var (protocol, number, detail))
            return null;
        var fitting = rules.Where(r => r.Ingress == ingress && r.EtherType == "IPv4" && Fits(r, protocol, number, detail)).ToList();
        return fitting.Count == 0 ? false : fitting.Any(r => IsForAll(r.Remote)) ? true : null;
    }

    /// <summary>What the groups say of exchanges that a rule of theirs stopped, with what to do; null: not known.</summary>
    /// <param name="port">The port.</param>
    /// <param name="host">Its node.</param>
    /// <param name="ingress">Towards the guest.</param>
    /// <param name="probes">Exchanges whose request was stopped.</param>
    public static (string Evidence, string Remedy)? Say(PortIntent port, string host, bool ingress, IEnumerable<ProbeKind> probes)
    {
        var said = probes.Select(p => (Probe: p, Allowed: Allow(port, ingress, p))).Where(s => s.Allowed is not null).ToList();
        if (said.Count == 0)
            return null;
        var side = ingress ? "ingress" : "egress";
        if (said.Where(s => s.Allowed == false).Select(s => Words(s.Probe)).Distinct().ToList() is { Count: > 0 } missing)
        {
            var option = Option(said.First(s => s.Allowed == false).Probe);
            return ($"Neutron: the security groups of port {port.PortId} have no {side} rule for {string.Join(" and ", missing)}: "
                    + $"{host} does as they say",
                $"if the traffic is wanted, allow it with 'openstack security group rule create --{side} {option} GROUP', "
                    + $"GROUP being one of port {port.PortId}; {host} needs no repair");
        }
        return said.All(s => s.Allowed == true)
            ? ($"Neutron: the security groups of port {port.PortId} allow it ({side} "
                    + $"{string.Join(" and ", said.Select(s => Words(s.Probe)).Distinct())}), so the rules on {host} are not theirs",
                $"on {host} restart neutron-openvswitch-agent, which writes the port's rules anew")
            : null;
    }

    private static (string Protocol, int Number, int Detail)? Packet(ProbeKind probe) => probe switch
    {
        ProbeKind.SynMetadata => ("tcp", 6, HttpPort),
        ProbeKind.EchoGateway or ProbeKind.EchoInternet or ProbeKind.EchoFloating or ProbeKind.EchoPeer or ProbeKind.EchoFromPeer
            or ProbeKind.EchoLarge => ("icmp", 1, EchoRequest),
        _ => null,
    };

    private static bool Fits(SecurityRuleIntent rule, string protocol, int number, int detail) =>
        rule.Protocol is null or "any" or "0"
        || ((rule.Protocol == protocol || rule.Protocol == number.ToString(CultureInfo.InvariantCulture))
            && (rule.FirstPort is not { } first
                || (protocol == "icmp" ? first == detail : first <= detail && detail <= (rule.LastPort ?? first))));

    private static bool IsForAll(string? remote) => remote is null || IPNetwork.TryParse(remote, out var range) && range.PrefixLength == 0;

    private static string Words(ProbeKind probe) => probe == ProbeKind.SynMetadata ? "TCP port 80" : "ICMP";

    private static string Option(ProbeKind probe) => probe == ProbeKind.SynMetadata ? "--protocol tcp --dst-port 80" : "--protocol icmp";
}
