using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Packets.Addresses;

namespace Steth.Cli.Tests.Commands;

/// <summary>Evidence of a hybrid port on comp1 whose DHCP server is on net1, VLAN 101.</summary>
internal static class Evidences
{
    public static readonly Guid Port = Guid.Parse("413e0c86-8181-45b9-bc98-9a4b06dd3060");
    private const string Dhcp = "qdhcp-4762b59f-20b5-4f60-8dbd-dce330c598ff";
    private static readonly Guid _network = Guid.Parse("4762b59f-20b5-4f60-8dbd-dce330c598ff");
    private static readonly Guid _server = Guid.Parse("b1e9f22e-2222-4222-8222-222222222222");
    private static readonly DateTimeOffset _at = new(2026, 11, 24, 3, 0, 0, TimeSpan.Zero);

    public static PortIntent Intent(string name = "web-1") => new()
    {
        Source = IntentSource.Neutron,
        PortId = Port,
        Name = name,
        Mac = MacAddress.Parse("fa:16:3e:41:3e:0c"),
        FixedIps = [IPAddress.Parse("10.101.0.21")],
        BindingHost = "comp1",
        VifType = "ovs",
        VnicType = "normal",
        Network = new NetworkIntent { Id = _network, Name = "blue", Type = "vlan", PhysicalNetwork = "physnet1", SegmentationId = 101, Mtu = 1500 },
        Subnets = [new SubnetIntent { Range = IPNetwork.Parse("10.101.0.0/24"), Gateway = IPAddress.Parse("10.101.0.1"), DhcpEnabled = true }],
        DhcpPorts = [new ServicePortIntent { PortId = _server, Addresses = [IPAddress.Parse("10.101.0.2")], Host = "net1" }],
    };

    /// <summary>The offer came back.</summary>
    public static DiagnosisEvidence Healthy(string name = "web-1") => Base(name, nicDown: false) with { Probes = [Probe(lost: false)] };

    /// <summary>comp1's NIC is down: the DHCPDISCOVER ends at the integration bridge.</summary>
    public static DiagnosisEvidence NicDown(string name = "web-1") => Base(name, nicDown: true) with { Probes = [Probe(lost: true)] };

    /// <summary>The DHCPDISCOVER is lost and nothing tells why.</summary>
    public static DiagnosisEvidence Unexplained() => Base("web-1", nicDown: false) with { Probes = [Probe(lost: true)] };

    /// <summary>The DHCP server's node does not answer.</summary>
    public static DiagnosisEvidence SilentServer()
    {
        var evidence = Unexplained();
        return evidence with
        {
            Hosts = [evidence.Hosts[0], new HostEvidence { Name = "net1", Silent = "No agent listens on 192.0.2.31:9698." }],
            Listeners = [.. evidence.Listeners.Where(l => l.Host == "comp1")],
        };
    }

    public static DiagnosisEvidence NobodyAnswers() => Healthy() with
    {
        Hosts = [new HostEvidence { Name = "comp1", Silent = "No agent listens." }, new HostEvidence { Name = "comp2", Silent = "No agent listens." }],
        Listeners = [],
        Probes = [],
    };

    private static DiagnosisEvidence Base(string name, bool nicDown) => new()
    {
        TakenAt = _at,
        Version = "0.1.0",
        TookMs = 2143,
        Symptoms = [Symptom.NoIp],
        Port = Intent(name),
        Hosts = [Compute(nicDown), Network()],
        Listeners =
        [
            .. new[] { "tap413e0c86-81", "qbr413e0c86-81", "qvb413e0c86-81", "qvo413e0c86-81", "eth1" }.Select(
                d => new ListenerEvidence { Host = "comp1", Device = d }),
            new ListenerEvidence { Host = "net1", Device = "eth1" },
            new ListenerEvidence { Host = "net1", Device = "tapb1e9f22e-22", Namespace = Dhcp },
        ],
        Notes = ["the OpenStack API was not asked"],
    };

    private static HostEvidence Compute(bool nicDown) => new()
    {
        Name = "comp1",
        Hostname = "comp1",
        AgentVersion = "0.1.0",
        Wirings =
        [
            new PortWiringResult
            {
                PortId = Port,
                Plug = PortPlug.Hybrid,
                NetworkId = _network,
                NetworkType = "vlan",
                SegmentationId = 101,
                LocalVlan = 1,
                Devices =
                [
                    new PortDevice { Device = "tap413e0c86-81", Kind = PortDeviceKind.Tap, Bridge = "qbr413e0c86-81" },
                    new PortDevice { Device = "qbr413e0c86-81", Kind = PortDeviceKind.Qbr },
                    new PortDevice { Device = "qvb413e0c86-81", Kind = PortDeviceKind.Qvb, Bridge = "qbr413e0c86-81" },
                    new PortDevice { Device = "qvo413e0c86-81", Kind = PortDeviceKind.Qvo, Bridge = "br-int" },
                    new PortDevice
                    {
                        Device = "eth1",
                        Kind = PortDeviceKind.Nic,
                        Bridge = "br-ex",
                        Problem = nicDown ? "down" : null,
                        Problems = nicDown ? [WiringProblem.Down] : [],
                    },
                ],
            },
        ],
    };

    private static HostEvidence Network() => new()
    {
        Name = "net1",
        Hostname = "net1",
        AgentVersion = "0.1.0",
        Wirings =
        [
            new PortWiringResult
            {
                PortId = _server,
                Plug = PortPlug.Internal,
                NetworkType = "vlan",
                SegmentationId = 101,
                Devices =
                [
                    new PortDevice { Device = "tapb1e9f22e-22", Kind = PortDeviceKind.Tap, Bridge = "br-int", Namespace = Dhcp },
                    new PortDevice { Device = "eth1", Kind = PortDeviceKind.Nic, Bridge = "br-ex" },
                ],
            },
        ],
    };

    private static ProbeEvidence Probe(bool lost) => new()
    {
        Kind = ProbeKind.Dhcp,
        Host = "comp1",
        Injection = InjectionMethod.Tap,
        Attempts = 1,
        Sightings = [.. Places(lost).SelectMany(p => p)],
    };

    private static IEnumerable<IEnumerable<Sighting>> Places(bool lost)
    {
        yield return Place("comp1", "tap413e0c86-81", FrameDirection.In, lost);
        yield return Place("comp1", "qbr413e0c86-81", FrameDirection.In, lost);
        yield return Place("comp1", "qvb413e0c86-81", FrameDirection.Out, lost);
        yield return Place("comp1", "qvo413e0c86-81", FrameDirection.In, lost);
        if (lost)
            yield break;
        yield return Place("comp1", "eth1", FrameDirection.Out, lost, vlan: 101);
        yield return Place("net1", "eth1", FrameDirection.In, lost, vlan: 101);
        yield return Place("net1", "tapb1e9f22e-22", FrameDirection.In, lost, Dhcp);
    }

    private static IEnumerable<Sighting> Place(
        string host, string device, FrameDirection there, bool lost, string? netns = null, int? vlan = null)
    {
        var seen = new Sighting
        {
            Host = host,
            Device = device,
            Namespace = netns,
            IsRequest = true,
            Message = "DHCPDISCOVER",
            Direction = there,
            At = _at,
            Vlan = vlan,
        };
        yield return seen;
        if (!lost)
            yield return seen with { IsRequest = false, Message = "DHCPOFFER", Direction = there == FrameDirection.In ? FrameDirection.Out : FrameDirection.In };
    }
}
