using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Tests.Cases;

namespace Steth.Diagnosis.Tests.Paths;

/// <summary>Ways as a test can write them: <c>comp1 tap in, comp1 qbr, …</c>, the devices by the short names of their kinds.</summary>
internal static class Ways
{
    /// <summary>The peer's port.</summary>
    public static readonly Guid Far = new("99999999-9c5e-41dc-a22e-d432b5e2edfe");

    public static ProbePath Of(LabCase situation, ProbeKind kind) => new PathBuilder(situation.Evidence).Build(kind).ShouldHaveSingleItem();

    public static string Text(ProbePath way) => string.Join(", ", way.Hops.Select(Text));

    public static string Text(LabCase situation, ProbeKind kind) => Text(Of(situation, kind));

    /// <summary>Gives a host one more port, wired natively as the guest's own are.</summary>
    public static LabCase Plug(this LabCase situation, string host, Guid port, string type, params string[] nics) => situation.Host(host, h => h with
    {
        Wirings =
        [
            .. h.Wirings.Where(w => w.PortId != port),
            new PortWiringResult
            {
                PortId = port,
                Plug = PortPlug.Native,
                NetworkType = type,
                SegmentationId = 101,
                Devices =
                [
                    new PortDevice { Device = $"tap{port}"[..14], Kind = PortDeviceKind.Tap, Bridge = "br-int" },
                    .. nics.Select(n => new PortDevice { Device = n, Kind = PortDeviceKind.Nic, Bridge = "br-phy" }),
                ],
            },
        ],
    });

    /// <summary>A peer with a native plug on a host.</summary>
    public static LabCase WithPeer(this LabCase situation, string host, Func<PortIntent, PortIntent> change, string type = "vlan") =>
        situation.Plug(host, Far, type, "eth1").Peer(change(situation.Evidence.Port with
        {
            PortId = Far,
            BindingHost = host,
            FixedIps = [IPAddress.Parse("10.10.0.36")],
        }));

    /// <summary>What a capture says of itself at its end; it takes the place of what it said before.</summary>
    public static LabCase Listener(this LabCase situation, string host, string device, string? problem)
    {
        var before = situation.Evidence.Listeners;
        var space = before.FirstOrDefault(l => l.Host == host && l.Device == device)?.Namespace;
        situation.Evidence.Listeners =
        [
            .. before.Where(l => l.Host != host || l.Device != device),
            new ListenerEvidence { Host = host, Device = device, Namespace = space, Problem = problem },
        ];
        return situation;
    }

    private static string Text(PathHop hop)
    {
        var name = hop.Device switch
        {
            "tap0f265733-84" => "dhcp",
            "qr-5cb04847-d0" => "qr",
            "qg-2ddac085-23" => "qg",
            _ => hop.Device.Replace("75e9329b-9c", "", StringComparison.Ordinal),
        };
        var direction = hop.RequestDirection switch
        {
            FrameDirection.In => " in",
            FrameDirection.Out => " out",
            _ => "",
        };
        return $"{hop.Host} {string.Join('/', hop.Alternatives.Prepend(name))}{direction}";
    }
}
