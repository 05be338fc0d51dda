using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Tests.Cases;

/// <summary>
/// A healthy port with everything it needs: a guest on comp1 (hybrid plug) or comp2 (native), DHCP server and router on net1. All its
/// probes are answered. A test breaks one thing of it and says where the packets then end.
/// </summary>
public sealed class LabCase
{
    public static readonly Guid Guest = new("75e9329b-9c5e-41dc-a22e-d432b5e2edfe");
    public static readonly Guid DhcpPort = new("0f265733-84aa-4c57-8a31-4e0a5b1c9d10");
    public static readonly Guid Inside = new("5cb04847-d0aa-4c57-8a31-4e0a5b1c9d11");
    public static readonly Guid Outside = new("2ddac085-23aa-4c57-8a31-4e0a5b1c9d12");
    public static readonly Guid Network = new("dbd4e08b-9700-4249-9b30-30c06cd8d01e");
    public static readonly Guid Router = new("d9e48aa2-b4d5-441d-8210-9804928483f8");
    public static readonly MacAddress GuestMac = MacAddress.Parse("fa:16:3e:8d:3c:2b");
    public static readonly IPAddress Address = IPAddress.Parse("10.10.0.35");
    public static readonly IPAddress DhcpAddress = IPAddress.Parse("10.10.0.2");
    public static readonly IPAddress Gateway = IPAddress.Parse("10.10.0.1");
    public static readonly IPAddress Floating = IPAddress.Parse("203.0.113.90");
    public static readonly IPAddress External = IPAddress.Parse("203.0.113.1");
    public static readonly string DhcpSpace = $"qdhcp-{Network}";
    public static readonly string RouterSpace = $"qrouter-{Router}";

    private static readonly DateTimeOffset _start = new(2026, 11, 22, 1, 0, 0, TimeSpan.Zero);

    public LabCase(PortPlug plug = PortPlug.Hybrid, string type = "vxlan", bool routed = true)
    {
        GuestHost = plug == PortPlug.Hybrid ? "comp1" : "comp2";
        Evidence = new DiagnosisEvidence
        {
            TakenAt = _start,
            Version = "0.0.0",
            Symptoms = [Symptom.NoIp, Symptom.NoGateway, Symptom.NoInternet, Symptom.NoFloatingIp, Symptom.NoMetadata],
            Port = LabIntent.Of(GuestHost, type, routed),
            Hosts =
            [
                LabHosts.Compute("comp1", plug, type, GuestHost),
                LabHosts.Compute("comp2", plug, type, GuestHost),
                LabHosts.Net(type, routed),
            ],
        };
        ProbeKind[] kinds = routed
            ?
            [
                ProbeKind.Dhcp, ProbeKind.ArpGateway, ProbeKind.EchoGateway, ProbeKind.EchoInternet, ProbeKind.EchoFloating,
                ProbeKind.SynMetadata,
            ]
            : [ProbeKind.Dhcp, ProbeKind.ArpMetadata, ProbeKind.SynMetadata];
        Evidence.Probes =
            [.. kinds.Select(k => new ProbeEvidence { Kind = k, Host = GuestHost, Injection = InjectionMethod.Tap, Attempts = 3 })];
        foreach (var kind in kinds)
            Answer(kind);
    }

    public DiagnosisEvidence Evidence { get; private set; }

    public string GuestHost { get; }

    public LabCase Port(Func<PortIntent, PortIntent> change)
    {
        Evidence = Evidence with { Port = change(Evidence.Port) };
        return this;
    }

    public LabCase Peer(PortIntent peer)
    {
        Evidence = Evidence with { Peer = peer };
        return this;
    }

    public LabCase Host(string name, Func<HostEvidence, HostEvidence> change)
    {
        Evidence = Evidence with { Hosts = [.. Evidence.Hosts.Select(h => h.Name == name ? change(h) : h)] };
        return this;
    }

    public LabCase Silent(string name) => Host(name, h => new HostEvidence { Name = h.Name, Silent = "connection refused" });

    public LabCase Device(string host, string device, params WiringProblem[] problems) => Host(host, h => h with
    {
        Wirings =
        [
            .. h.Wirings.Select(w => w with
            {
                Devices =
                [
                    .. w.Devices.Select(
                        d => d.Device != device ? d : d with { Problems = problems, Problem = LabHosts.Words(problems) }),
                ],
            }),
        ],
    });

    public LabCase Namespace(string name, Func<NamespaceInspectResult, NamespaceInspectResult> change) => Host("net1", h => h with
    {
        Namespaces = [.. h.Namespaces.Select(n => n.Namespace == name ? change(n) : n)],
        NamespacesAfter = [.. h.NamespacesAfter.Select(n => n.Namespace == name ? change(n) : n)],
    });

    public LabCase WithoutNamespace(string name) => Host("net1", h => h with
    {
        Namespaces = [.. h.Namespaces.Where(n => n.Namespace != name)],
        NamespacesAfter = [.. h.NamespacesAfter.Where(n => n.Namespace != name)],
        NamespaceNames = [.. h.NamespaceNames!.Where(n => n != name)],
    });

    public LabCase Dhcp(Func<DhcpServerResult, DhcpServerResult?> change) => Host("net1", h => h with { Dhcp = change(h.Dhcp!) });

    /// <summary>The request was last seen at a device of its way; null: nowhere.</summary>
    public LabCase LoseRequest(ProbeKind kind, string? lastDevice, string? host = null) => Probe(kind, hops =>
    {
        var last = lastDevice is null ? -1 : Array.FindIndex(hops, h => h.Has(lastDevice) && (host is null || h.Host == host));
        (lastDevice is null || last >= 0).ShouldBeTrue($"{lastDevice} is not on the way of {kind}");
        return hops.Take(last + 1).Select(h => Sight(h, kind, true));
    });

    /// <summary>The answer left the answerer and was last seen at a device of the way back.</summary>
    public LabCase LoseAnswer(ProbeKind kind, string lastDevice, string? host = null) => Probe(kind, hops =>
    {
        var last = Array.FindLastIndex(hops, h => h.Has(lastDevice) && (host is null || h.Host == host));
        last.ShouldBeGreaterThanOrEqualTo(0);
        return hops.Select(h => Sight(h, kind, true)).Concat(hops.Skip(last).Reverse().Select(h => Sight(h, kind, false)));
    });

    /// <summary>The request reached the end of its way, and there is no answer.</summary>
    public LabCase NoAnswer(ProbeKind kind) => Probe(kind, hops => hops.Select(h => Sight(h, kind, true)));

    public LabCase Answer(ProbeKind kind) =>
        Probe(kind, hops => hops.Select(h => Sight(h, kind, true)).Concat(hops.Reverse().Select(h => Sight(h, kind, false))));

    public LabCase Refuse(ProbeKind kind) => Answer(kind).Change(kind, p => p with
    {
        Sightings = [.. p.Sightings.Select(s => s.IsRequest ? s : s with { Message = "RST" })],
    });

    public LabCase Change(ProbeKind kind, Func<ProbeEvidence, ProbeEvidence> change)
    {
        Evidence = Evidence with { Probes = [.. Evidence.Probes.Select(p => p.Kind == kind ? change(p) : p)] };
        return this;
    }

    /// <summary>What the tables of net1 do with the router's ARP request for the external gateway: its last lookup, and what comes out.</summary>
    public LabCase AsksOutside(string bridge, string action, string output)
    {
        OvsTraceStep Step(string at, string what) =>
            new() { Bridge = at, Table = 0, Depth = 0, Match = "", Priority = 2, Cookie = "0x1", Actions = [what], Remarks = [] };
        Evidence = Evidence with
        {
            Traces =
            [
                new TraceEvidence
                {
                    Host = "net1",
                    Probe = ProbeKind.EchoInternet,
                    IsRequest = true,
                    AsksForNeighbour = true,
                    Entry = "qg-2ddac085-23",
                    Exit = "eth2",
                    Result = new OvsTraceResult
                    {
                        Steps = [Step("br-int", "NORMAL"), Step(bridge, action)],
                        DatapathActions = output,
                        Flow = "in_port=qg-2ddac085-23,arp",
                    },
                },
            ],
        };
        return this;
    }

    public IReadOnlyList<Finding> Findings<TCheck>()
        where TCheck : IDiagnosisCheck, new() => [.. new TCheck().Judge(new DiagnosisCase(Evidence))];

    public IReadOnlyList<Finding> AllFindings()
    {
        var situation = new DiagnosisCase(Evidence);
        return [.. DiagnosisChecks.All.SelectMany(c => c.Judge(situation))];
    }

    public DiagnosisReport Diagnose() => DiagnosisEngine.Diagnose(Evidence);

    private LabCase Probe(ProbeKind kind, Func<PathHop[], IEnumerable<Sighting>> sightings)
    {
        var hops = new PathBuilder(Evidence).Build(kind)[0].Hops.Where(h => h.CanBeCaptured).ToArray();
        var seen = sightings(hops).Select((s, i) => s with { At = _start.AddMilliseconds(i) }).ToList();
        var known = Evidence.Listeners.Concat(hops.Select(
            h => new ListenerEvidence { Host = h.Host, Device = h.Device, Namespace = h.Namespace }));
        Evidence = Evidence with { Listeners = [.. known.Distinct()] };
        return Change(kind, p => p with { Sightings = seen });
    }

    private static Sighting Sight(PathHop hop, ProbeKind kind, bool request)
    {
        var direction = hop.RequestDirection ?? FrameDirection.In;
        return new Sighting
        {
            Host = hop.Host,
            Device = hop.Device,
            Namespace = hop.Namespace,
            IsRequest = request,
            Message = Message(kind, request),
            Direction = request || hop.RequestDirection is null ? direction
                : direction == FrameDirection.In ? FrameDirection.Out : FrameDirection.In,
            At = _start,
            SourceMac = request ? GuestMac : kind == ProbeKind.Dhcp ? LabIntent.DhcpMac : LabIntent.InsideMac,
            Sender = request ? null : kind == ProbeKind.Dhcp ? DhcpAddress.ToString() : null,
        };
    }

    private static string Message(ProbeKind kind, bool request) => kind switch
    {
        ProbeKind.Dhcp => request ? "DHCPDISCOVER" : "DHCPOFFER",
        ProbeKind.ArpGateway or ProbeKind.ArpMetadata => request ? "ARP request" : "ARP reply",
        ProbeKind.SynMetadata => request ? "SYN" : "SYN-ACK",
        _ => request ? "ICMP echo request" : "ICMP echo reply",
    };
}
