using Steth.Agent.Operations.Tracing;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Operations.Tracing;

public sealed class PortWiringPlanTests
{
    private static readonly Guid _hybridVlan = Guid.Parse("75e9329b-9c5e-41dc-a22e-d432b5e2edfe");
    private static readonly Guid _hybridVxlan = Guid.Parse("dda3b6a2-da63-4940-9199-4eddd2db77d5");
    private static readonly Guid _nativeVlan = Guid.Parse("118f9a5a-86a5-42a8-90f0-03b14c56ca5e");
    private static readonly Guid _nativeVxlan = Guid.Parse("8e454bb8-93f3-4fb5-b90c-5dbc7242dd1d");
    private static readonly Guid _dhcpVlan = Guid.Parse("cabd2b36-c04d-453b-a794-5b729ce3e50c");

    [Fact]
    public void Resolve_HybridOnVlan_FromTapToNicOfTheProviderBridge()
    {
        var wiring = Resolve("comp1", _hybridVlan);

        wiring.Plug.ShouldBe(PortPlug.Hybrid);
        wiring.Mac.ShouldBe(MacAddress.Parse("fa:16:3e:8d:3c:2b"));
        wiring.NetworkId.ShouldBe(Guid.Parse("06eeb9a9-d3f4-4db2-9739-b11094b96a2d"));
        wiring.NetworkType.ShouldBe("vlan");
        wiring.PhysicalNetwork.ShouldBe("physnet1");
        wiring.SegmentationId.ShouldBe(101);
        wiring.LocalVlan.ShouldBe(2);
        Lines(wiring).ShouldBe(
        [
            "Tap tap75e9329b-9c on qbr75e9329b-9c", "Qbr qbr75e9329b-9c on -", "Qvb qvb75e9329b-9c on qbr75e9329b-9c",
            "Qvo qvo75e9329b-9c on br-int", "Nic eth1 on br-ex",
        ]);
    }

    [Fact]
    public void Resolve_HybridOnVxlan_NicIsWhereTheTunnelAddressIs()
    {
        var wiring = Resolve("comp1", _hybridVxlan);

        wiring.PhysicalNetwork.ShouldBeNull();
        wiring.SegmentationId.ShouldBe(809);
        Lines(wiring)[^1].ShouldBe("Nic eth2 on br-phy");
    }

    [Fact]
    public void Resolve_NativeOnVlan_TapAndNic()
    {
        var wiring = Resolve("comp2", _nativeVlan);

        wiring.Plug.ShouldBe(PortPlug.Native);
        Lines(wiring).ShouldBe(["Tap tap118f9a5a-86 on br-int", "Nic eth1 on br-ex"]);
    }

    [Fact]
    public void Resolve_NativeOnVxlan_TapAndTunnelNic() =>
        Lines(Resolve("comp2", _nativeVxlan)).ShouldBe(["Tap tap8e454bb8-93 on br-int", "Nic eth2 on br-phy"]);

    [Fact]
    public void Resolve_DhcpPort_TapInItsNamespaceAndNic()
    {
        var evidence = RecordedHost.Evidence("net1") with
        {
            ServiceDevice = new NamespacedDevice(RecordedHost.DhcpNamespace, RecordedHost.Interfaces("wiring/net1.qdhcp.ip.json").Single(i => i.Name != "lo")),
        };

        var wiring = Resolve(evidence, _dhcpVlan);

        wiring.Plug.ShouldBe(PortPlug.Internal);
        wiring.Devices[0].Namespace.ShouldBe("qdhcp-06eeb9a9-d3f4-4db2-9739-b11094b96a2d");
        Lines(wiring).ShouldBe(["Tap tapcabd2b36-c0 on br-int", "Nic eth1 on br-ex"]);
    }

    [Theory]
    [InlineData("qr-")]
    [InlineData("qg-")]
    public void Resolve_RouterPort_IsARoutersDeviceInItsNamespace(string prefix)
    {
        var healthy = RecordedHost.Evidence("net1");
        var device = healthy.Ovs.Bridges.SelectMany(b => b.Ports).First(p => p.Name.StartsWith(prefix, StringComparison.Ordinal)).Interfaces[0];
        var evidence = healthy with
        {
            ServiceDevice = new NamespacedDevice(
                NamespaceName.Parse("qrouter-1"), RecordedHost.Interfaces("wiring/net1.qdhcp.ip.json").Single(i => i.Name != "lo") with { Name = device.Name }),
        };

        var wiring = Resolve(evidence, Guid.Parse(device.ExternalIds["iface-id"]));

        wiring.Plug.ShouldBe(PortPlug.Internal);
        (wiring.Devices[0].Device, wiring.Devices[0].Kind, wiring.Devices[0].Namespace, wiring.Devices[0].Problem)
            .ShouldBe((device.Name, PortDeviceKind.Router, "qrouter-1", null));
    }

    [Fact]
    public void Resolve_DhcpPortInNoNamespace_IsMissing() =>
        Lines(Resolve("net1", _dhcpVlan))[0].ShouldBe("Tap tapcabd2b36-c0 on br-int: missing");

    [Fact]
    public void Resolve_UnknownPort_IsNoSuchDevice()
    {
        var error = Should.Throw<OperationException>(() => Resolve("comp1", _nativeVlan));

        error.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        error.Message.ShouldBe("The port 118f9a5a-86a5-42a8-90f0-03b14c56ca5e is not on this host: Open vSwitch has no interface with that iface-id, and there is no device tap118f9a5a-86 or qvo118f9a5a-86.");
    }

    [Fact]
    public void Resolve_PortGoneFromOvs_WiresWhatIsThereAndSaysSo()
    {
        var wiring = Resolve(RecordedHost.Evidence("comp1").WithPort("qvo75e9329b-9c", _ => null), _hybridVlan);

        wiring.Plug.ShouldBe(PortPlug.Hybrid);
        wiring.Mac.ShouldBeNull();
        wiring.NetworkType.ShouldBeNull();
        Lines(wiring).ShouldBe(
        [
            "Tap tap75e9329b-9c on qbr75e9329b-9c", "Qbr qbr75e9329b-9c on -", "Qvb qvb75e9329b-9c on qbr75e9329b-9c",
            "Qvo qvo75e9329b-9c on br-int: not on its bridge br-int", "Nic eth1 on br-ex",
        ]);
    }

    [Fact]
    public void Resolve_OvsDidNotAnswer_ClaimsNothingOfIt()
    {
        var evidence = RecordedHost.Evidence("comp1");
        var wiring = Resolve(evidence with { Ovs = evidence.Ovs with { Running = false, Reason = "too slow", Bridges = [] } }, _hybridVlan);

        wiring.Devices.SelectMany(d => d.Problems).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tap off its bridge", "Tap tap75e9329b-9c on qbr75e9329b-9c: not on its bridge qbr75e9329b-9c", WiringProblem.OffBridge)]
    [InlineData("tap on another bridge", "Tap tap75e9329b-9c on qbr75e9329b-9c: on docker0 instead of qbr75e9329b-9c", WiringProblem.OffBridge)]
    [InlineData("tap down", "Tap tap75e9329b-9c on qbr75e9329b-9c: down", WiringProblem.Down)]
    [InlineData("tap without carrier", "Tap tap75e9329b-9c on qbr75e9329b-9c: no carrier", WiringProblem.NoCarrier)]
    [InlineData("tap gone", "Tap tap75e9329b-9c on qbr75e9329b-9c: missing", WiringProblem.Missing)]
    [InlineData("qbr gone", "Qbr qbr75e9329b-9c on -: missing", WiringProblem.Missing)]
    [InlineData("dead VLAN", "Qvo qvo75e9329b-9c on br-int: tag 4095 (dead VLAN)", WiringProblem.DeadVlan)]
    [InlineData("wrong tag", "Qvo qvo75e9329b-9c on br-int: tag 7 instead of 2", WiringProblem.WrongTag)]
    [InlineData("no tag", "Qvo qvo75e9329b-9c on br-int: no tag instead of 2", WiringProblem.WrongTag)]
    [InlineData("ovs error", "Qvo qvo75e9329b-9c on br-int: Open vSwitch cannot use it: could not open network device (No such device)", WiringProblem.OvsError)]
    [InlineData("tap down and off", "Tap tap75e9329b-9c on qbr75e9329b-9c: down; not on its bridge qbr75e9329b-9c", WiringProblem.Down, WiringProblem.OffBridge)]
    [InlineData("nic down", "Nic eth1 on br-ex: down", WiringProblem.Down)]
    public void Resolve_Fault_NamedAtItsDeviceAlone(string fault, string line, params WiringProblem[] problems)
    {
        var healthy = RecordedHost.Evidence("comp1");
        const string tap = "tap75e9329b-9c", qvo = "qvo75e9329b-9c";
        var broken = fault switch
        {
            "tap off its bridge" => healthy.WithInterface(tap, i => i with { Master = null }),
            "tap on another bridge" => healthy.WithInterface(tap, i => i with { Master = "docker0" }),
            "tap down" => healthy.WithInterface(tap, i => i with { AdminUp = false, Carrier = false }),
            "tap without carrier" => healthy.WithInterface(tap, i => i with { Carrier = false }),
            "tap down and off" => healthy.WithInterface(tap, i => i with { AdminUp = false, Master = null }),
            "tap gone" => healthy.WithInterface(tap, _ => null),
            "qbr gone" => healthy.WithInterface("qbr75e9329b-9c", _ => null),
            "dead VLAN" => healthy.WithPort(qvo, p => p with { Tag = 4095 }),
            "wrong tag" => healthy.WithPort(qvo, p => p with { Tag = 7 }),
            "no tag" => healthy.WithPort(qvo, p => p with { Tag = null }),
            "ovs error" => healthy.WithPort(qvo, p => p with { Interfaces = [p.Interfaces[0] with { Error = "could not open network device (No such device)" }] }),
            _ => healthy.WithInterface("eth1", i => i with { AdminUp = false }),
        };

        var wiring = Resolve(broken, _hybridVlan);
        Lines(wiring).Where(l => l.Contains(": ", StringComparison.Ordinal)).ShouldBe([line]);
        wiring.Devices.SelectMany(d => d.Problems).ShouldBe(problems);
    }

    [Fact]
    public void Resolve_HintIsAnotherNetworksNic_StandsBehindTheDiscovered() =>
        Lines(Resolve(RecordedHost.Evidence("comp1"), _hybridVlan, "eth2"))[^2..].ShouldBe(["Nic eth1 on br-ex", "Nic eth2 on br-phy"]);

    [Fact]
    public void Resolve_HintAmongSeveralDiscovered_IsTheOne() =>
        Lines(Resolve(WithSecondProvider(RecordedHost.Evidence("comp1")), _hybridVlan, "eth1")).Where(l => l.StartsWith("Nic", StringComparison.Ordinal))
            .ShouldBe(["Nic eth1 on br-ex"]);

    [Fact]
    public void Resolve_HintDoesNotExist_ListedAsMissingBesideTheDiscovered() =>
        Lines(Resolve(RecordedHost.Evidence("comp1"), _hybridVlan, "eth9"))[^2..].ShouldBe(["Nic eth1 on br-ex", "Nic eth9 on -: missing"]);

    [Fact]
    public void Resolve_SeveralProviderBridges_FlowTellsTheNetworksOwn()
    {
        var evidence = WithSecondProvider(RecordedHost.Evidence("comp1"));
        var told = evidence with
        {
            Flows = new Dictionary<string, IReadOnlyList<OvsFlow>>
            {
                ["br-ex"] = [Flow("in_port=2,dl_vlan=5", "mod_vlan_vid:101,NORMAL"), Flow("in_port=2", "drop")],
                ["br-two"] = [Flow("in_port=1,dl_vlan=2", "set_field:4197->vlan_vid,NORMAL")],
            },
        };

        Lines(Resolve(evidence, _hybridVlan)).Count(l => l.StartsWith("Nic", StringComparison.Ordinal)).ShouldBe(2);
        Lines(Resolve(told, _hybridVlan)).Where(l => l.StartsWith("Nic", StringComparison.Ordinal)).ShouldBe(["Nic eth7 on br-two: missing"]);
    }

    private static PortWiringResult Resolve(string host, Guid port) => Resolve(RecordedHost.Evidence(host), port);

    private static PortWiringResult Resolve(WiringEvidence evidence, Guid port, string? hint = null) =>
        PortWiringPlan.Resolve(new PortWiringParams { PortId = port, PhysicalInterface = hint is null ? null : DeviceName.Parse(hint) }, evidence);

    private static List<string> Lines(PortWiringResult wiring) =>
        [.. wiring.Devices.Select(d => $"{d.Kind} {d.Device} on {d.Bridge ?? "-"}{(d.Problem is { } problem ? $": {problem}" : "")}")];

    private static OvsFlow Flow(string match, string actions) =>
        new() { Cookie = "0x1", Table = 0, Priority = 4, Packets = 0, Bytes = 0, Match = match, Actions = actions };

    private static WiringEvidence WithSecondProvider(WiringEvidence evidence)
    {
        var second = new OvsBridge { Name = "br-two", DatapathType = "netdev", Ports = [Port("phy-br-two", "patch", "int-br-two"), Port("eth7", "", null)] };
        return evidence with
        {
            Ovs = evidence.Ovs with
            {
                Bridges = [.. evidence.Ovs.Bridges.Select(b => b.Name == "br-int" ? b with { Ports = [.. b.Ports, Port("int-br-two", "patch", "phy-br-two")] } : b), second],
            },
        };
    }

    private static OvsPort Port(string name, string type, string? peer) => new()
    {
        Name = name,
        Trunks = [],
        OtherConfig = new Dictionary<string, string>(),
        Interfaces =
        [
            new OvsInterface
            {
                Name = name,
                Type = type,
                ExternalIds = new Dictionary<string, string>(),
                Options = peer is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["peer"] = peer },
                Statistics = new Dictionary<string, long>(),
            },
        ],
    };
}
