using System.Globalization;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Packets.Addresses;

namespace Steth.Controller.Collection;

/// <summary>Which Neutron ports the agents' Open vSwitches know (<c>ports</c>). No API is asked.</summary>
public sealed class PortSurvey(AgentCalls calls)
{
    private static readonly string[] RouterPrefixes = ["qr-", "qg-", "sg-", "fg-", "ha-", "rfp-", "fpr-"];

    /// <summary>Asks all nodes at once. A node without Open vSwitch simply has no ports.</summary>
    public async Task<PortSurveyResult> RunAsync(IReadOnlyList<Node> nodes, CancellationToken cancellationToken)
    {
        var answers = await calls.AskAllAsync(nodes, AgentOperations.OvsShow, new OvsShowParams(), cancellationToken);
        return new PortSurveyResult
        {
            Ports = [.. answers.Where(a => a.Result is not null).SelectMany(a => PortsOf(a.Node.Name, a.Result!))],
            Unreachable = [.. answers.Where(a => a.Failure is not null).Select(a => new Unreachable(a.Node.Name, a.Failure!.Message))],
        };
    }

    private static IEnumerable<PortFacts> PortsOf(string host, OvsShowResult ovs) =>
        from bridge in ovs.Bridges
        from port in bridge.Ports
        from device in port.Interfaces
        let id = device.ExternalIds.TryGetValue("iface-id", out var text) && Guid.TryParse(text, out var parsed) ? parsed : (Guid?)null
        where id is not null
        select Describe(host, bridge, port, device, id.Value);

    private static PortFacts Describe(string host, OvsBridge bridge, OvsPort port, OvsInterface device, Guid id) => new()
    {
        PortId = id,
        Mac = device.ExternalIds.TryGetValue("attached-mac", out var mac) && MacAddress.TryParse(mac, null, out var parsed) ? parsed : null,
        Host = host,
        Device = device.Name,
        Bridge = bridge.Name,
        Plug = device.Type == "internal" ? PortPlug.Internal
            : device.Name.StartsWith("qvo", StringComparison.Ordinal) ? PortPlug.Hybrid
            : PortPlug.Native,
        Role = RoleOf(device),
        Ofport = device.Ofport,
        NetworkId = Guid.TryParse(port.OtherConfig.GetValueOrDefault("net_uuid"), out var network) ? network : null,
        NetworkType = port.OtherConfig.GetValueOrDefault("network_type"),
        PhysicalNetwork = Known(port.OtherConfig.GetValueOrDefault("physical_network")),
        SegmentationId = Number(port.OtherConfig.GetValueOrDefault("segmentation_id")),
        Tag = port.Tag,
    };

    private static PortRole RoleOf(OvsInterface device) =>
        RouterPrefixes.Any(p => device.Name.StartsWith(p, StringComparison.Ordinal)) ? PortRole.Router
        : device.Type != "internal" ? PortRole.Guest
        : device.Name.StartsWith("tap", StringComparison.Ordinal) ? PortRole.Dhcp
        : PortRole.Other;

    // The OVS agent writes Python's None where a network has no physical network (a tunnel network).
    private static string? Known(string? text) => text is "None" or "" ? null : text;

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>What the agents know.</summary>
public sealed record PortSurveyResult
{
    /// <summary>In the nodes' order; ports of services (DHCP, routers) too, see <see cref="PortFacts.Role"/>.</summary>
    public required IReadOnlyList<PortFacts> Ports { get; init; }

    /// <summary>Nodes whose ports are missing here.</summary>
    public required IReadOnlyList<Unreachable> Unreachable { get; init; }
}
