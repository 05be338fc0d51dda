using Steth.Contracts.Operations;

namespace Steth.Controller.Tests.Collection;

/// <summary>Open vSwitch of a host as Neutron leaves it, as far as finding ports needs it.</summary>
internal static class OvsHost
{
    public static readonly Guid Network = Guid.Parse("06eeb9a9-d3f4-4db2-9739-b11094b96a2d");
    public static readonly Guid GuestPort = Guid.Parse("4e9b9f3c-0000-4000-8000-000000000001");
    public static readonly Guid DhcpPort = Guid.Parse("9a1c0d2e-0000-4000-8000-000000000002");

    public static OvsShowResult With(params OvsPort[] ports) => new()
    {
        Running = true,
        ExternalIds = new Dictionary<string, string>(),
        Bridges = [new OvsBridge { Name = "br-int", DatapathType = "system", Ports = ports }],
    };

    public static OvsShowResult Without() =>
        new() { Running = false, Reason = "not installed", ExternalIds = new Dictionary<string, string>(), Bridges = [] };

    public static OvsPort Port(Guid id, string device, string type = "", int? tag = 1, Guid? network = null, int ofport = 5) => new()
    {
        Name = device,
        Tag = tag,
        Trunks = [],
        OtherConfig = tag is null
            ? new Dictionary<string, string>()
            : new Dictionary<string, string>
            {
                ["net_uuid"] = (network ?? Network).ToString(),
                ["network_type"] = "vlan",
                ["physical_network"] = "physnet1",
                ["segmentation_id"] = "101",
                ["tag"] = "1",
            },
        Interfaces =
        [
            new OvsInterface
            {
                Name = device,
                Type = type,
                Ofport = ofport,
                ExternalIds = new Dictionary<string, string> { ["iface-id"] = id.ToString(), ["attached-mac"] = "fa:16:3e:8d:3c:2b" },
                Options = new Dictionary<string, string>(),
                Statistics = new Dictionary<string, long>(),
            },
        ],
    };

    public static OvsPort Tunnel(string device)
    {
        var port = Port(Guid.Empty, device, "vxlan", tag: null);
        return port with { Interfaces = [port.Interfaces[0] with { ExternalIds = new Dictionary<string, string>() }] };
    }

    public static OvsPort Guest(int? tag = 1) => Port(GuestPort, "tap4e9b9f3c-00", tag: tag);

    public static OvsPort Dhcp() => Port(DhcpPort, "tap9a1c0d2e-00", "internal");
}
