using System.Collections.Concurrent;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Diagnosing;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Controller.Tests.Collection;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Diagnosing;

/// <summary>
/// A guest on comp1 (native plug), DHCP server and router on net1, a VLAN between them. What is sent is captured on its way as far as
/// <see cref="Reach"/> says, and answered when it gets to its end.
/// </summary>
internal sealed class FakeCloud
{
    public static readonly string Qdhcp = $"qdhcp-{CloudIntent.Network}";
    public static readonly string Qrouter = $"qrouter-{CloudIntent.Router}";
    private static readonly VlanId _segment = new(101);

    private static readonly Stop[] _guest = [new("comp1", "tap4e9b9f3c-00", null, FrameDirection.In, false)];
    private static readonly Stop[] _wire = [new("comp1", "eth1", null, FrameDirection.Out, true), new("net1", "eth1", null, FrameDirection.In, true)];

    public FakeCloud()
    {
        Listening = new Listening(Happened);
        foreach (var node in Nodes)
        {
            Listening.Serve(Agents, node);
            Info(node, node.Name);
            Agents.On(node, AgentOperations.InterfaceList, _ => new InterfaceListResult { Interfaces = [] });
            Agents.On(node, AgentOperations.NamespaceList, _ => new NamespaceListResult { Namespaces = [] });
            Agents.On(node, AgentOperations.NamespaceInspect, p => new NamespaceInspectResult { Namespace = p.Namespace?.ToString(), Problems = [] });
            Agents.On(node, AgentOperations.FrameSend, p => Send(node, p));
        }
        Agents.On(Comp, AgentOperations.OvsShow, _ => OvsHost.With(OvsHost.Port(CloudIntent.Guest, "tap4e9b9f3c-00", network: CloudIntent.Network)));
        Agents.On(Net, AgentOperations.OvsShow, _ => OvsHost.With(
            OvsHost.Port(CloudIntent.Dhcp, "tap9a1c0d2e-00", "internal"), OvsHost.Port(CloudIntent.Inside, "qr-5cb04847-00", "internal"),
            OvsHost.Port(CloudIntent.Outside, "qg-2ddac085-00", "internal")));
        Agents.On(Comp, AgentOperations.PortWiring, p => Wiring(p, CloudIntent.Guest, PortPlug.Native, "tap4e9b9f3c-00", null, "eth1", "br-phy"));
        Agents.On(Net, AgentOperations.PortWiring, p => p.PortId == CloudIntent.Dhcp
            ? Wiring(p, CloudIntent.Dhcp, PortPlug.Internal, "tap9a1c0d2e-00", Qdhcp, "eth1", "br-phy")
            : p.PortId == CloudIntent.Inside ? Wiring(p, CloudIntent.Inside, PortPlug.Internal, "qr-5cb04847-00", Qrouter, "eth1", "br-phy")
            : Wiring(p, CloudIntent.Outside, PortPlug.Internal, "qg-2ddac085-00", Qrouter, "eth2", "br-ex"));
        Agents.On(Net, AgentOperations.NamespaceList, _ => new NamespaceListResult
        {
            Namespaces = [new NamespaceFacts { Name = Qdhcp, Devices = [] }, new NamespaceFacts { Name = Qrouter, Devices = [] }],
        });
        Agents.On(Net, AgentOperations.DhcpServer, _ => new DhcpServerResult { NamespaceExists = true, FilesExist = true });
        Agents.On(Net, AgentOperations.MetadataProbe, _ => new MetadataProbeResult { Socket = "/run/metadata", Status = 200, TookMs = 1 });
        Agents.On(Comp, AgentOperations.GuestSend, Send);
    }

    public FakeAgents Agents { get; } = new();

    public Listening Listening { get; }

    /// <summary>What happened, in order: <c>net1 listens</c>, <c>guest sends DhcpDiscover</c>, <c>net1 ends</c>.</summary>
    public ConcurrentQueue<string> Happened { get; } = new();

    public Node Comp { get; } = FakeAgents.Node("comp1");

    public Node Net { get; } = FakeAgents.Node("net1");

    public IReadOnlyList<Node> Nodes => [Comp, Net];

    /// <summary>How many devices a frame gets to; all without it.</summary>
    public Func<FrameKind, int> Reach { get; set; } = _ => int.MaxValue;

    /// <summary>The first frames of the guest that are lost at once.</summary>
    public int LostAtFirst { get; set; }

    /// <summary>How long whoever is asked takes to answer.</summary>
    public TimeSpan AnswersAfter { get; set; }

    /// <summary>Frames the guest was asked to send, call by call.</summary>
    public ConcurrentQueue<IReadOnlyList<FrameSpec>> GuestSent { get; } = new();

    public Task<DiagnosisCollection> CollectAsync(
        DiagnosisRequest? request = null, TimeSpan? timeout = null, CancellationToken? cancellation = null, IDiagnosisObserver? observer = null) =>
        new DiagnosisCollector(Agents.WithTimeout(timeout), "0.1.0").CollectAsync(
            Nodes, request ?? Request, observer, cancellation ?? TestContext.Current.CancellationToken);

    public static DiagnosisRequest Request { get; } = new() { Port = CloudIntent.Port, WaitSeconds = 1 };

    public void Info(Node node, string hostname) => Agents.On(node, AgentOperations.AgentInfo, _ => new AgentInfoResult
    {
        Hostname = hostname,
        Version = "0.1.0",
        Kernel = "6.1",
        StartedAt = DateTimeOffset.UnixEpoch,
        Insecure = true,
        Tools = [],
    });

    private static PortWiringResult Wiring(
        PortWiringParams asked, Guid port, PortPlug plug, string device, string? space, string nic, string bridge) => asked.PortId != port
        ? throw new Controller.Agents.AgentException("comp1", OperationErrorCode.NoSuchDevice, "no such port")
        : new PortWiringResult
        {
            PortId = port,
            Plug = plug,
            NetworkId = CloudIntent.Network,
            NetworkType = bridge == "br-ex" ? "flat" : "vlan",
            SegmentationId = 101,
            LocalVlan = 1,
            Devices =
            [
                new PortDevice
                {
                    Device = device,
                    Namespace = space,
                    Kind = device[0] == 'q' ? PortDeviceKind.Router : PortDeviceKind.Tap,
                    Bridge = "br-int",
                },
                new PortDevice { Device = nic, Kind = PortDeviceKind.Nic, Bridge = bridge },
            ],
        };

    private GuestSendResult Send(GuestSendParams asked)
    {
        GuestSent.Enqueue(asked.Frames);
        foreach (var frame in asked.Frames)
        {
            Happened.Enqueue($"guest sends {frame.Kind}");
            if (LostAtFirst-- <= 0)
                Cross(frame);
        }
        return new GuestSendResult { Injection = InjectionMethod.Tap, Sent = asked.Frames.Count };
    }

    private FrameSendResult Send(Node node, FrameSendParams asked)
    {
        var frame = new FrameSpec
        {
            Kind = asked.Kind,
            Mark = asked.Mark!.Value,
            SourceMac = asked.SourceMac ?? CloudIntent.ExternalMac,
            DestinationMac = asked.DestinationMac,
            SourceIp = asked.SourceIp,
            TargetIp = asked.TargetIp,
        };
        Happened.Enqueue($"{node.Name} sends {asked.Kind} on {asked.Device}");
        if (asked.Kind == FrameKind.IcmpEcho)
        {
            Stop[] way =
            [
                Outside(FrameDirection.In), Router("qg-2ddac085-00", FrameDirection.In), Router("qr-5cb04847-00", FrameDirection.Out),
                _wire[1] with { Direction = FrameDirection.Out }, _wire[0] with { Direction = FrameDirection.In },
                _guest[0] with { Direction = FrameDirection.Out },
            ];
            Cross(frame, way, answered: false);
        }
        else
        {
            for (var i = 0; i < asked.Count; i++)
            {
                Listening.Cross(node.Name, "eth1", null, FrameDirection.Out, Frames.Request(frame, asked.VlanId));
                if (Reach(FrameKind.Probe) > 0)
                    Listening.Cross(node == Comp ? "net1" : "comp1", "eth1", null, FrameDirection.In, Frames.Request(frame, asked.VlanId));
            }
        }
        return new FrameSendResult { Sent = asked.Count, Mark = frame.Mark };
    }

    private void Cross(FrameSpec frame)
    {
        Stop[] end = frame.Kind == FrameKind.DhcpDiscover ? [new Stop("net1", "tap9a1c0d2e-00", Qdhcp, FrameDirection.In, false)]
            : CloudIntent.External.Equals(frame.TargetIp)
            ? [Router("qr-5cb04847-00", FrameDirection.In), Router("qg-2ddac085-00", FrameDirection.Out), Outside(FrameDirection.Out)]
            : [Router("qr-5cb04847-00", FrameDirection.In)];
        Cross(frame, [.. _guest, .. _wire, .. end], answered: true);
    }

    private void Cross(FrameSpec frame, Stop[] way, bool answered)
    {
        var reach = Reach(frame.Kind);
        foreach (var stop in way.Take(reach))
            Listening.Cross(stop.Node, stop.Device, stop.Space, stop.Direction, Frames.Request(frame, stop.Tagged ? _segment : null));
        if (!answered || reach < way.Length)
            return;
        if (AnswersAfter == TimeSpan.Zero)
            Answer(frame, way);
        else
            _ = Task.Delay(AnswersAfter, TestContext.Current.CancellationToken).ContinueWith(_ => Answer(frame, way), TaskScheduler.Default);
    }

    private void Answer(FrameSpec frame, Stop[] way)
    {
        var by = frame.Kind == FrameKind.DhcpDiscover ? CloudIntent.DhcpMac : CloudIntent.InsideMac;
        foreach (var stop in way.Reverse())
        {
            var back = stop.Direction == FrameDirection.In ? FrameDirection.Out : FrameDirection.In;
            Listening.Cross(stop.Node, stop.Device, stop.Space, back, Frames.Answer(frame, by, stop.Tagged ? _segment : null));
        }
    }

    private static Stop Router(string device, FrameDirection direction) => new("net1", device, Qrouter, direction, false);

    private static Stop Outside(FrameDirection direction) => new("net1", "eth2", null, direction, false);

    private sealed record Stop(string Node, string Device, string? Space, FrameDirection Direction, bool Tagged);
}
