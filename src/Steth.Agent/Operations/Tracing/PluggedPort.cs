using System.Globalization;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations.Tracing;

/// <summary>A Neutron port as Open vSwitch holds it.</summary>
/// <param name="Bridge">The bridge it is on: the integration bridge, whatever its name.</param>
/// <param name="Port">Its port row.</param>
/// <param name="Interface">Its interface row, which carries the iface-id.</param>
public sealed record PluggedPort(OvsBridge Bridge, OvsPort Port, OvsInterface Interface)
{
    /// <summary>other_config:tag, the local VLAN that Neutron's agent chose; null when it wrote none.</summary>
    public int? IntendedTag =>
        Port.OtherConfig.TryGetValue("tag", out var tag)
            && int.TryParse(tag, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Looks a port up by its external_ids:iface-id; null when Open vSwitch does not know it.</summary>
    public static PluggedPort? Find(OvsShowResult ovs, Guid portId)
    {
        var id = portId.ToString();
        return (from bridge in ovs.Bridges
                from port in bridge.Ports
                from device in port.Interfaces
                where device.ExternalIds.TryGetValue("iface-id", out var owner) && owner == id
                select new PluggedPort(bridge, port, device)).FirstOrDefault();
    }

    /// <summary>A value of other_config; null when absent or the word None that Neutron's agent writes for it.</summary>
    public string? Config(string key) => Port.OtherConfig.TryGetValue(key, out var value) && value is not ("None" or "") ? value : null;
}
