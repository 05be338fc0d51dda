using System.Net;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Cli.Tests.Commands;

/// <summary>What agents answer in these tests.</summary>
internal static class Answers
{
    public static AgentInfoResult Info(string hostname) => new()
    {
        Hostname = hostname,
        Version = "0.1.0",
        Kernel = "6.1.0",
        StartedAt = DateTimeOffset.UnixEpoch,
        Insecure = true,
        Tools = [],
    };

    public static InterfaceFacts Interface(string name) => new()
    {
        Name = name,
        Index = 2,
        Mac = MacAddress.Parse("fa:16:3e:00:00:01"),
        Mtu = 1500,
        AdminUp = true,
        Carrier = true,
        OperState = "UP",
        SpeedMbps = 10_000,
        Addresses =
        [
            new InterfaceAddressFacts { Address = InterfaceAddress.Parse("192.0.2.1/20"), Broadcast = IPAddress.Parse("192.0.15.255"), Scope = "global" },
            new InterfaceAddressFacts { Address = InterfaceAddress.Parse("fe80::1/64"), Scope = "link" },
        ],
    };

    public static OvsShowResult Ovs(params OvsPort[] ports) => new()
    {
        Running = true,
        ExternalIds = new Dictionary<string, string>(),
        Bridges = [new OvsBridge { Name = "br-int", DatapathType = "system", Ports = ports }],
    };

    public static OvsPort OvsPort(string name, string type = "", string? portId = null, int? tag = 1) => new()
    {
        Name = name,
        Tag = tag,
        Trunks = [],
        OtherConfig = new Dictionary<string, string> { ["network_type"] = "vlan", ["segmentation_id"] = "101", ["physical_network"] = "physnet1" },
        Interfaces =
        [
            new OvsInterface
            {
                Name = name,
                Type = type,
                Ofport = 5,
                ExternalIds = portId is null
                    ? new Dictionary<string, string>()
                    : new Dictionary<string, string> { ["iface-id"] = portId, ["attached-mac"] = "fa:16:3e:00:00:02" },
                Options = new Dictionary<string, string>(),
                Statistics = new Dictionary<string, long>(),
            },
        ],
    };

    public static PingTargetResult Target(string destination, int sent, int received, string? reason = null) => new()
    {
        Destination = IPAddress.Parse(destination),
        Sent = sent,
        Received = received,
        LossPercent = sent == 0 ? null : 100.0 * (sent - received) / sent,
        RttAvgMs = received == 0 ? null : 0.21449,
        Reason = reason,
    };
}
