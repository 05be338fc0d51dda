using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;

namespace Steth.Diagnosis.Tests.Cases;

/// <summary>Faults of the router and of the metadata service.</summary>
public static class RouterFaults
{
    private const string Tap = "tap75e9329b-9c";
    private const string Qr = "qr-5cb04847-d0";
    private const string Socket = "/var/lib/neutron/metadata_proxy";
    private const string Qg = "qg-2ddac085-23";

    public static IReadOnlyDictionary<string, Fault> All { get; } = new Dictionary<string, Fault>
    {
        ["R1 namespace gone"] = new(
            c => c.WithoutNamespace(LabCase.RouterSpace).Device("net1", Qr, WiringProblem.Missing, WiringProblem.OvsError),
            c => c.LoseRequest(ProbeKind.ArpGateway, "eth1", "net1"), "R1", "net1", LabCase.RouterSpace,
            c => c.LoseRequest(ProbeKind.ArpGateway, Tap)),
        ["R1 on no agent"] = new(
            c => c.WithoutNamespace(LabCase.RouterSpace)
                .Port(p => p with
                {
                    Router = p.Router! with
                    {
                        Hosts = [],
                        Interface = p.Router.Interface! with { Host = null },
                        Gateway = p.Router.Gateway! with { Host = null },
                    },
                })
                .Host("net1", h => h with { Wirings = [.. h.Wirings.Where(w => w.PortId == LabCase.DhcpPort)] }),
            c => c.LoseRequest(ProbeKind.ArpGateway, "eth1", "comp1"), "R1", null, LabCase.RouterSpace,
            c => c.LoseRequest(ProbeKind.ArpGateway, Tap)),
        ["R2 qr down"] = new(
            c => Device(c, Qr, d => d with { AdminUp = false }), c => c.LoseRequest(ProbeKind.ArpGateway, "eth1", "net1"), "R2", "net1", Qr,
            c => c.LoseRequest(ProbeKind.ArpGateway, Tap)),
        ["R2 qr without its address"] = new(
            c => Device(c, Qr, d => d with { Addresses = [] }), c => c.NoAnswer(ProbeKind.ArpGateway), "R2", "net1", Qr,
            c => c.LoseRequest(ProbeKind.ArpGateway, Tap)),
        ["R2 qg gone"] = new(
            c => c.Namespace(LabCase.RouterSpace, n => n with { Interfaces = [.. n.Interfaces!.Where(d => d.Name != Qg)] }),
            c => c.LoseRequest(ProbeKind.EchoInternet, Qr), "R2", "net1", Qg, c => c.LoseRequest(ProbeKind.EchoInternet, Tap)),
        ["R2 forwarding off"] = new(
            c => c.Namespace(LabCase.RouterSpace, n => n with { IpForward = false }), c => c.LoseRequest(ProbeKind.EchoInternet, Qr), "R2",
            "net1", LabCase.RouterSpace, c => c.LoseRequest(ProbeKind.EchoInternet, Tap)),
        ["R2 no default route"] = new(
            c => c.Namespace(LabCase.RouterSpace, n => n with { Routes = [] }), c => c, "R2", "net1", Qg,
            c => c.LoseRequest(ProbeKind.EchoInternet, Tap)),
        ["R3 no SNAT"] = new(
            c => Rules(c, r => r.Text.Contains("--to-source", StringComparison.Ordinal)), c => c.NoAnswer(ProbeKind.EchoInternet), "R3",
            "net1", Qg, c => c.LoseRequest(ProbeKind.EchoInternet, Tap)),
        ["R3 SNAT out of reach"] = new(
            c => Rules(c, r => r.Chain == "POSTROUTING" && r.Text.EndsWith("bottom", StringComparison.Ordinal)),
            c => c.NoAnswer(ProbeKind.EchoInternet), "R3", "net1", Qg),
        ["R3 no DNAT, the router answers itself"] = new(
            c => Rules(c, r => r.Text.Contains("DNAT --to", StringComparison.Ordinal)), c => c, "R3", "net1", Qg),
        ["R4 no address"] = new(
            c => Device(c, Qg, d => d with { Addresses = [d.Addresses[0]] }),
            c => c, "R4", "net1", Qg,
            c => c.LoseRequest(ProbeKind.EchoFloating, "eth1", "comp1")),
        ["R5 no answer"] = new(c => c, c => c.NoAnswer(ProbeKind.EchoInternet), "R5", "net1", Qg),
        ["R5 ARP in vain"] = new(
            AsksInVain, c => c.LoseRequest(ProbeKind.EchoInternet, Qr), "R5", "net1", Qg, c => c.LoseRequest(ProbeKind.EchoInternet, Tap)),
        ["R5 ARP in vain, though it leaves the node"] = new(
            c => AsksInVain(c).AsksOutside("br-ex", "NORMAL", "eth2"), c => c.LoseRequest(ProbeKind.EchoInternet, Qr), "R5", "net1", Qg),
        // The gateway is not to blame for what never reaches it.
        ["U2 ARP in vain, because it does not leave the node"] = new(
            c => AsksInVain(c).AsksOutside("br-ex", "drop", "drop"), c => c.LoseRequest(ProbeKind.EchoInternet, Qr), "U2", "net1", "br-ex"),
        ["R6 forward dropped"] = new(
            c => Dropping(c, 3), c => c.LoseRequest(ProbeKind.EchoInternet, Qr), "R6", "net1", LabCase.RouterSpace,
            c => c.LoseRequest(ProbeKind.EchoInternet, Tap)),
        ["M1 no haproxy"] = new(
            c => c.Namespace(LabCase.RouterSpace, n => n with { Listeners = [], Processes = [] }), c => c.Refuse(ProbeKind.SynMetadata),
            "M1", "net1", LabCase.RouterSpace, c => c.LoseRequest(ProbeKind.SynMetadata, Tap)),
        ["M1 haproxy stopped"] = new(
            c => c.Namespace(LabCase.RouterSpace, n => n with { Processes = [n.Processes![0] with { State = "T" }] }), c => c, "M1", "net1",
            LabCase.RouterSpace, c => c.LoseRequest(ProbeKind.SynMetadata, Tap)),
        ["M1 no redirect"] = new(
            c => Rules(c, r => r.Text.Contains("REDIRECT", StringComparison.Ordinal)), c => c.NoAnswer(ProbeKind.SynMetadata), "M1", "net1",
            LabCase.RouterSpace, c => c.LoseRequest(ProbeKind.SynMetadata, Tap)),
        ["M1 isolated, no haproxy"] = new(
            c => c.Namespace(LabCase.DhcpSpace, n => n with { Listeners = [], Processes = [] }), c => c.Refuse(ProbeKind.SynMetadata), "M1",
            "net1", LabCase.DhcpSpace)
        { Make = () => new LabCase(PortPlug.Native, "vlan", routed: false) },
        ["M2 no answer"] = new(c => Metadata(c, null), c => c, "M2", "net1", Socket),
        ["M2 forbidden"] = new(
            c => Metadata(c, 403), c => c, "M2", "net1", Socket, c => c.LoseRequest(ProbeKind.SynMetadata, Tap)),
        ["M2 not found"] = new(c => Metadata(c, 404), c => c, "M2", "net1", Socket),
        ["M2 unavailable"] = new(c => Metadata(c, 503), c => c, "M2", "net1", Socket),
        ["M3 no route"] = new(
            c => c.Dhcp(d => d with { Options = [] }), c => c.Refuse(ProbeKind.SynMetadata), "M3", "net1",
            "tap0f265733-84")
        { Make = () => new LabCase(PortPlug.Hybrid, "vlan", routed: false) },
    };

    private static LabCase Device(LabCase situation, string device, Func<InterfaceFacts, InterfaceFacts> change) => situation.Namespace(
        LabCase.RouterSpace, n => n with { Interfaces = [.. n.Interfaces!.Select(d => d.Name == device ? change(d) : d)] });

    private static LabCase AsksInVain(LabCase c) =>
        c.Namespace(LabCase.RouterSpace, n => n with { Neighbours = [n.Neighbours![0] with { State = "FAILED" }] });

    private static LabCase Rules(LabCase situation, Func<FilterRule, bool> without) =>
        situation.Namespace(LabCase.RouterSpace, n => n with { Rules = [.. n.Rules!.Where(r => !without(r))] });

    private static LabCase Dropping(LabCase situation, long moved)
    {
        var rule = LabHosts.Rule("filter", "FORWARD", "-d 203.0.113.1/32 -j DROP", 5);
        return situation.Host("net1", h => h with
        {
            Namespaces = [.. h.Namespaces.Select(n => n.Namespace == LabCase.RouterSpace ? n with { Rules = [.. n.Rules!, rule] } : n)],
            NamespacesAfter =
            [
                .. h.NamespacesAfter.Select(n => n.Namespace != LabCase.RouterSpace ? n
                    : n with { Rules = [.. n.Rules!, rule with { Packets = rule.Packets + moved }] }),
            ],
        });
    }

    private static LabCase Metadata(LabCase situation, int? status) => situation.Host("net1", h => h with
    {
        Metadata = h.Metadata! with { Status = status, Failure = status is null ? "connection refused" : null },
    });
}
