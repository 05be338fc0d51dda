using Steth.Contracts.Operations;

namespace Steth.Agent.Tools.Ovs;

/// <summary>Which OVS bridge a network device is a port of. With the userspace datapath only OVS itself knows.</summary>
public sealed class OvsMembership
{
    private readonly Dictionary<string, (string Bridge, string Type)> _ports;

    /// <summary>Reads it off the database.</summary>
    public OvsMembership(OvsShowResult shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        _ports = (from bridge in shown.Bridges
                  from port in bridge.Ports
                  from device in port.Interfaces
                  select (device.Name, bridge.Name, device.Type))
            .DistinctBy(d => d.Item1).ToDictionary(d => d.Item1, d => (d.Item2, d.Item3));
    }

    /// <summary>The bridge; null when the device is no port of OVS.</summary>
    public string? BridgeOf(string device) => _ports.TryGetValue(device, out var port) ? port.Bridge : null;

    /// <summary>
    /// Whether OVS made the device itself as the host's own end of a port (type internal); it may then be in any namespace.
    /// </summary>
    public bool IsInternal(string device) => _ports.TryGetValue(device, out var port) && port.Type == "internal";
}
