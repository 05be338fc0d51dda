using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Packets.Addresses;
using Steth.Packets.Building;
using Steth.Packets.Dhcp;

namespace Steth.Controller.Tests.Collection;

/// <summary>
/// A VLAN network between comp1 (native plug) and net1 (DHCP server): tap – eth1 – [switch] – eth1 – tap in qdhcp. A frame gets from the first
/// device as far as <see cref="Reach"/> and an answer as far as <see cref="AnswerReach"/> devices.
/// </summary>
internal sealed class PathWorld
{
    public static readonly MacAddress Mac = MacAddress.Parse("fa:16:3e:8d:3c:2b");
    public static readonly MacAddress ServerMac = MacAddress.Parse("fa:16:3e:00:00:02");
    public static readonly IPAddress GuestIp = IPAddress.Parse("10.10.0.35");
    public static readonly IPAddress ServerIp = IPAddress.Parse("10.10.0.2");
    private static readonly string Qdhcp = $"qdhcp-{OvsHost.Network}";
    private static readonly VlanId Segment = new(101);

    public PathWorld()
    {
        foreach (var node in Nodes)
            Captures.Serve(Agents, node);
        Agents.On(Comp, AgentOperations.OvsShow, _ => OvsHost.With(OvsHost.Guest()));
        Agents.On(Net, AgentOperations.OvsShow, _ => OvsHost.With(OvsHost.Dhcp()));
        Agents.On(Comp, AgentOperations.PortWiring, _ => Wiring(OvsHost.GuestPort, PortPlug.Native, GuestDevices));
        Agents.On(Net, AgentOperations.PortWiring, _ => Wiring(OvsHost.DhcpPort, PortPlug.Internal, ServerDevices));
        Agents.On(Comp, AgentOperations.DhcpTrace, TraceDhcp);
        Agents.On(Net, AgentOperations.ArpTrace, TraceArp);
        Agents.On(Comp, AgentOperations.OvsFlows, p => new OvsFlowsResult
        {
            Flows = p.Table == 71
                ?
                [
                    Flow("arp,reg5=0x5,in_port=5,dl_src=fa:16:3e:8d:3c:2b,arp_spa=10.10.0.35"),
                    Flow("arp,reg5=0x6,in_port=6,dl_src=fa:16:3e:00:00:09,arp_spa=10.10.0.36"),
                ]
                : [],
        });
    }

    public FakeAgents Agents { get; } = new();

    public Captures Captures { get; } = new();

    public Node Comp { get; } = FakeAgents.Node("comp1");

    public Node Net { get; } = FakeAgents.Node("net1");

    public IReadOnlyList<Node> Nodes => [Comp, Net];

    /// <summary>How many devices the request gets to.</summary>
    public int Reach { get; set; } = 4;

    /// <summary>How many devices the answer gets to, from where it starts.</summary>
    public int AnswerReach { get; set; } = 4;

    public List<MacAddress> Answers { get; } = [Mac];

    public PortDevice[] GuestDevices { get; set; } =
    [
        new() { Device = "tap4e9b9f3c-00", Kind = PortDeviceKind.Tap, Bridge = "br-int" },
        new() { Device = "eth1", Kind = PortDeviceKind.Nic, Bridge = "br-phy" },
    ];

    public PortDevice[] ServerDevices { get; set; } =
    [
        new() { Device = "tap9a1c0d2e-00", Namespace = Qdhcp, Kind = PortDeviceKind.Tap, Bridge = "br-int" },
        new() { Device = "eth1", Kind = PortDeviceKind.Nic, Bridge = "br-phy" },
    ];

    private static OvsFlow Flow(string match) =>
        new() { Cookie = "0x1", Table = 71, Priority = 95, Packets = 0, Bytes = 0, Match = match, Actions = "resubmit(,94)" };

    private static PortWiringResult Wiring(Guid port, PortPlug plug, PortDevice[] devices) => new()
    {
        PortId = port,
        Mac = Mac,
        Plug = plug,
        NetworkId = OvsHost.Network,
        NetworkType = "vlan",
        SegmentationId = 101,
        LocalVlan = 1,
        Devices = devices,
    };

    private DhcpTraceResult TraceDhcp(DhcpTraceParams p)
    {
        var answer = new DhcpMessage { IsReply = true, Xid = p.Xid!.Value, ClientMac = Mac, Options = [new DhcpOption(DhcpOptionCode.MessageType, new byte[] { 2 })] };
        // Somebody else's transaction must not be counted.
        Cross(4, 0, outbound: true, v => FrameBuilder.DhcpDiscover(Mac, p.Xid.Value + 1, vlan: v));
        Cross(Reach, 0, outbound: true, v => FrameBuilder.DhcpDiscover(Mac, p.Xid.Value, vlan: v));
        if (Reach == 4)
            Cross(4, 4 - AnswerReach, outbound: false, v => FrameBuilder.Dhcp(ServerMac, Mac, ServerIp, GuestIp, answer, v));
        return new DhcpTraceResult
        {
            Wiring = Wiring(OvsHost.GuestPort, PortPlug.Native, GuestDevices),
            Xid = p.Xid.Value,
            Injection = InjectionMethod.Tap,
            // The first two are the wiring's own; a further one is there only when the caller names it.
            Devices =
            [
                .. GuestDevices.Take(p.PhysicalInterface is null ? 2 : 3).Select((d, i) =>
                    Traced(d, i < Reach ? ["DHCPDISCOVER"] : [], Reach == 4 && i >= 4 - AnswerReach ? ["DHCPOFFER"] : [])),
            ],
        };
    }

    private ArpTraceResult TraceArp(ArpTraceParams p)
    {
        Cross(4, 4 - Reach, outbound: false, v => FrameBuilder.ArpRequest(ServerMac, ServerIp, p.TargetIp, vlan: v));
        if (Reach == 4)
            Cross(AnswerReach, 0, outbound: true, v => FrameBuilder.ArpReply(Mac, p.TargetIp, ServerMac, ServerIp, v));
        return new ArpTraceResult
        {
            Wiring = Wiring(OvsHost.DhcpPort, PortPlug.Internal, ServerDevices),
            SourceIp = ServerIp,
            Answers = Reach == 4 && AnswerReach == 4 ? Answers : [],
            Devices = [.. ServerDevices.Select((d, i) => Traced(d, Reach == 4 && 4 - i <= AnswerReach ? ["REPLY"] : [], i < Reach ? ["REQUEST"] : []))],
        };
    }

    private static TracedDevice Traced(PortDevice device, string[] outbound, string[] inbound) =>
        new() { Device = device.Device, Namespace = device.Namespace, Listened = true, Outbound = outbound, Inbound = inbound };

    /// <summary>A frame crosses the devices from <paramref name="from"/> up to <paramref name="to"/>, counted from the guest.</summary>
    private void Cross(int to, int from, bool outbound, Func<VlanId?, byte[]> frame)
    {
        (string Node, string Device, bool Tagged, FrameDirection Outbound)[] path =
        [
            ("comp1", "tap4e9b9f3c-00", false, FrameDirection.In), ("comp1", "eth1", true, FrameDirection.Out),
            ("net1", "eth1", true, FrameDirection.In), ("net1", "tap9a1c0d2e-00", false, FrameDirection.In),
        ];
        foreach (var (node, device, tagged, direction) in path[from..to])
        {
            var way = outbound ? direction : direction == FrameDirection.In ? FrameDirection.Out : FrameDirection.In;
            Captures.Cross(node, device, way, frame(tagged ? Segment : null));
        }
    }
}
