using System.Net;
using Steth.Contracts.Operations;
using Steth.Controller.Diagnosing;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Diagnosing;

/// <summary>Which probes are made of which intent, frame by frame.</summary>
public sealed class ProbePlanTests
{
    private static readonly IPAddress _peerIp = IPAddress.Parse("10.10.0.36");
    private static readonly MacAddress _peerMac = MacAddress.Parse("fa:16:3e:00:00:36");

    [Fact]
    public void Make_EverySymptom_HasItsFrames()
    {
        var probes = Make(CloudIntent.Port, [.. Enum.GetValues<Symptom>()], Peer);
        Describe(probes).ShouldBe(
        [
            "Dhcp DhcpDiscover fa:16:3e:8d:3c:2b>* >",
            "ArpGateway ArpRequest fa:16:3e:8d:3c:2b>* 10.10.0.35>10.10.0.1",
            "EchoGateway IcmpEcho fa:16:3e:8d:3c:2b>fa:16:3e:0a:84:69 10.10.0.35>10.10.0.1",
            "EchoInternet IcmpEcho fa:16:3e:8d:3c:2b>fa:16:3e:0a:84:69 10.10.0.35>203.0.113.1",
            "EchoFloating IcmpEcho 02:00:5e:00:53:01>fa:16:3e:4d:0e:7e 203.0.113.1>203.0.113.90",
            "SynMetadata TcpSyn fa:16:3e:8d:3c:2b>fa:16:3e:0a:84:69 10.10.0.35>169.254.169.254 :80",
            "ArpPeer ArpRequest fa:16:3e:8d:3c:2b>* 10.10.0.35>10.10.0.36",
            "EchoPeer IcmpEcho fa:16:3e:8d:3c:2b>fa:16:3e:00:00:36 10.10.0.35>10.10.0.36",
            "EchoLarge IcmpEcho fa:16:3e:8d:3c:2b>fa:16:3e:00:00:36 10.10.0.35>10.10.0.36 1500 DF",
        ]);
    }

    [Fact]
    public void Make_Marks_AreDistinctAndNew()
    {
        var all = Enum.GetValues<Symptom>();
        var marks = Make(CloudIntent.Port, all, Peer).Concat(Make(CloudIntent.Port, all, Peer)).Select(p => p.Frame!.Mark).ToList();
        marks.Distinct().Count().ShouldBe(marks.Count);
        marks.ShouldNotContain(0u);
        marks.Take(9).Select(m => (ushort)m).Distinct().Count().ShouldBe(9);
    }

    [Fact]
    public void Make_PeerBehindARouter_TakesTheSmallerMtuAndTheGatewaysMac()
    {
        var far = Peer with { Network = Peer.Network with { Id = Guid.NewGuid(), Mtu = 1450 } };
        Describe(Make(CloudIntent.Port, [Symptom.NoPeer, Symptom.LargePackets], far)).ShouldBe(
        [
            "EchoPeer IcmpEcho fa:16:3e:8d:3c:2b>fa:16:3e:0a:84:69 10.10.0.35>10.10.0.36",
            "EchoLarge IcmpEcho fa:16:3e:8d:3c:2b>fa:16:3e:0a:84:69 10.10.0.35>10.10.0.36 1450 DF",
        ]);
        Make(CloudIntent.Port with { Network = CloudIntent.Port.Network with { Mtu = 1400 } }, [Symptom.LargePackets], far)
            .ShouldHaveSingleItem().Frame!.IpLength.ShouldBe(1400);
    }

    [Fact]
    public void Make_LargeWithoutAPeer_GoesToTheGateway() => Describe(Make(CloudIntent.Port, [Symptom.LargePackets])).ShouldBe(
        ["EchoLarge IcmpEcho fa:16:3e:8d:3c:2b>fa:16:3e:0a:84:69 10.10.0.35>10.10.0.1 1500 DF"]);

    [Fact]
    public void Make_IsolatedNetwork_AsksTheDhcpServerForMetadata() =>
        Describe(Make(CloudIntent.Port with { Router = null }, [Symptom.NoMetadata])).ShouldBe(
        [
            "ArpMetadata ArpRequest fa:16:3e:8d:3c:2b>* 10.10.0.35>10.10.0.2",
            "SynMetadata TcpSyn fa:16:3e:8d:3c:2b>fa:16:3e:00:00:02 10.10.0.35>169.254.169.254 :80",
        ]);

    [Fact]
    public void Make_RoutedNetworkWhoseGuestsAreSentToTheDhcpServer_AsksThat()
    {
        var host = new HostEvidence
        {
            Name = "net1",
            Dhcp = new DhcpServerResult
            {
                NamespaceExists = true,
                FilesExist = true,
                Options = [new DhcpOptionEntry("t", "classless-static-route", "169.254.169.254/32,10.10.0.2,0.0.0.0/0,10.10.0.1")],
            },
        };
        Make(CloudIntent.Port, [Symptom.NoMetadata], null, host).Select(p => (p.Kind, p.Frame!.DestinationMac)).ShouldBe(
            [(ProbeKind.ArpMetadata, null), (ProbeKind.SynMetadata, CloudIntent.DhcpMac)]);
    }

    [Fact]
    public void Make_GatewayThatIsNoRouterOfTheCloud_IsAskedByArpAlone() =>
        Describe(Make(CloudIntent.Port with { Router = null }, [Symptom.NoGateway])).ShouldBe(
            ["ArpGateway ArpRequest fa:16:3e:8d:3c:2b>* 10.10.0.35>10.10.0.1"]);

    [Fact]
    public void Make_Outside_IsWhatTheOperatorNamed() =>
        ProbePlan.Make(Evidence(CloudIntent.Port, [Symptom.NoInternet], null), IPAddress.Parse("192.0.2.53"))
            .ShouldHaveSingleItem().Frame!.TargetIp.ShouldBe(IPAddress.Parse("192.0.2.53"));

    [Fact]
    public void Make_ExternalNetworkOnAVlanAndAKnownGateway_PlaysThatGateway()
    {
        var router = CloudIntent.Port.Router!;
        var port = CloudIntent.Port with { Router = router with { ExternalNetwork = new NetworkIntent { Type = "vlan", SegmentationId = 200 } } };
        var host = new HostEvidence
        {
            Name = "net1",
            Namespaces =
            [
                new NamespaceInspectResult
                {
                    Problems = [],
                    Neighbours = [new NeighbourFacts { Address = CloudIntent.External, Device = "qg-1", Mac = CloudIntent.ExternalMac, State = "STALE" }],
                },
            ],
        };
        var frame = Make(port, [Symptom.NoFloatingIp], null, host).ShouldHaveSingleItem().Frame!;
        (frame.SourceMac, frame.VlanId).ShouldBe((CloudIntent.ExternalMac, new VlanId(200)));
    }

    public static TheoryData<string, ProbeKind, string> Unknowns => new()
    {
        { "mac", ProbeKind.Dhcp, "the port's MAC is not known: no Open vSwitch has it as attached-mac" },
        { "ip", ProbeKind.ArpGateway, "the port's IPv4 address is not known: no DHCP server's host file and no flow of its node has it" },
        { "gateway", ProbeKind.ArpGateway, "the network has no gateway" },
        { "gateway mac", ProbeKind.EchoGateway, "the MAC of the gateway is not known" },
        { "gateway mac", ProbeKind.EchoInternet, "the MAC of the gateway is not known" },
        { "gateway mac", ProbeKind.SynMetadata, "the MAC of the gateway is not known" },
        { "outside", ProbeKind.EchoInternet, "the address of the outside is not known" },
        { "outside", ProbeKind.EchoFloating, "the external gateway is not known" },
        { "router outside", ProbeKind.EchoFloating, "the router's port outside is not known" },
        { "floating", ProbeKind.EchoFloating, "the port has no floating IP" },
        { "mtu", ProbeKind.EchoLarge, "the network's MTU is not known" },
        { "peer", ProbeKind.EchoPeer, "the peer is no port of this cloud; no-internet tries to reach its address" },
    };

    [Theory]
    [MemberData(nameof(Unknowns))]
    public void Make_SomethingUnknown_IsNotRunWithItsReason(string what, ProbeKind kind, string reason)
    {
        var (port, router) = (CloudIntent.Port, CloudIntent.Port.Router!);
        port = what switch
        {
            "mac" => port with { Mac = null },
            "ip" => port with { FixedIps = [IPAddress.Parse("2001:db8::1")] },
            "gateway" => port with { Router = null, Subnets = [] },
            "gateway mac" => port with { Router = router with { Interface = router.Interface! with { Mac = null } } },
            "outside" => port with { Router = router with { ExternalGateway = null } },
            "router outside" => port with { Router = router with { Gateway = null } },
            "floating" => port with { FloatingIps = [] },
            "mtu" => port with { Network = port.Network with { Mtu = null } },
            _ => port,
        };
        var probe = Make(port, [.. Enum.GetValues<Symptom>()]).Single(p => p.Kind == kind);
        (probe.NotRun, probe.Frame).ShouldBe((reason, null));
    }

    [Fact]
    public void Applicable_Port_HasWhatItsNetworkHas()
    {
        var port = CloudIntent.Port;
        ProbePlan.Applicable(port, hasPeer: true).ShouldBe(Enum.GetValues<Symptom>());
        ProbePlan.Applicable(port, hasPeer: false).ShouldBe(Enum.GetValues<Symptom>().Except([Symptom.NoPeer]));
        ProbePlan.Applicable(port with { FloatingIps = [], Router = null }, hasPeer: false).ShouldBe([Symptom.NoIp, Symptom.NoGateway, Symptom.NoMetadata]);
        ProbePlan.Applicable(port with { Subnets = [.. port.Subnets.Select(s => s with { DhcpEnabled = false })] }, hasPeer: false)
            .ShouldNotContain(Symptom.NoIp);
    }

    private static PortIntent Peer => CloudIntent.Port with { PortId = Guid.NewGuid(), Mac = _peerMac, FixedIps = [_peerIp], FloatingIps = [] };

    private static IReadOnlyList<ProbeEvidence> Make(
        PortIntent port, IReadOnlyList<Symptom> symptoms, PortIntent? peer = null, params HostEvidence[] hosts) =>
        ProbePlan.Make(Evidence(port, symptoms, peer, hosts), null);

    private static DiagnosisEvidence Evidence(PortIntent port, IReadOnlyList<Symptom> symptoms, PortIntent? peer, params HostEvidence[] hosts) => new()
    {
        TakenAt = DateTimeOffset.UnixEpoch,
        Version = "0",
        Symptoms = symptoms,
        Port = port,
        Peer = peer,
        Hosts = hosts,
    };

    private static IEnumerable<string> Describe(IEnumerable<ProbeEvidence> probes) => probes.Select(p =>
    {
        var f = p.Frame.ShouldNotBeNull(p.NotRun);
        var to = f.DestinationMac is { } mac ? $"{mac}" : "*";
        var length = f.IpLength is { } n ? $" {n}" : "";
        return $"{p.Kind} {f.Kind} {f.SourceMac}>{to} {f.SourceIp}>{f.TargetIp}{length}{(f.DontFragment ? " DF" : "")}"
            + (f.TargetPort is { } target ? $" :{target}" : "");
    });
}
