using System.Globalization;
using System.Net;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Packets.Addresses;

namespace Steth.Controller.Collection;

/// <summary>
/// The IPv4 addresses a port may use, from the flows Neutron's OVS agent writes against ARP spoofing: <c>arp_spa</c> of table 24 (iptables
/// firewall) or 71 (OVS firewall) for the port's in_port. A port without port security has none.
/// </summary>
internal static class PortAddresses
{
    private static readonly int[] Tables = [24, 71];

    /// <summary>Asks the port's host.</summary>
    /// <exception cref="AgentException">The agent is silent or refuses.</exception>
    public static async Task<IReadOnlyList<IPAddress>> FindAsync(
        AgentCalls calls, Node node, PortFacts port, CancellationToken cancellationToken)
    {
        var addresses = new List<IPAddress>();
        foreach (var table in Tables)
        {
            var answer = await calls.CallAsync(
                node,
                AgentOperations.OvsFlows,
                new OvsFlowsParams { Bridge = DeviceName.Parse(port.Bridge), Table = table },
                cancellationToken);
            addresses.AddRange(answer.Flows.Select(f => Address(f.Match, port)).OfType<IPAddress>());
        }
        return [.. addresses.Distinct()];
    }

    /// <summary>Which of a host's ports may use an address.</summary>
    /// <exception cref="AgentException">The agent is silent or refuses.</exception>
    public static async Task<IReadOnlyList<PortFacts>> FindPortsAsync(
        AgentCalls calls, Node node, IReadOnlyList<PortFacts> ports, IPAddress address, CancellationToken cancellationToken)
    {
        var found = new List<PortFacts>();
        foreach (var bridge in ports.GroupBy(p => p.Bridge))
        {
            foreach (var table in Tables)
            {
                var answer = await calls.CallAsync(
                    node,
                    AgentOperations.OvsFlows,
                    new OvsFlowsParams { Bridge = DeviceName.Parse(bridge.Key), Table = table },
                    cancellationToken);
                var matches = answer.Flows.Select(f => f.Match)
                    .Where(m => m.Contains("arp_spa=" + address, StringComparison.Ordinal)).ToList();
                found.AddRange(bridge.Where(p => matches.Any(m => address.Equals(Address(m, p)))));
            }
        }
        return [.. found.Distinct()];
    }

    private static IPAddress? Address(string match, PortFacts port)
    {
        var fields = match.Split(',', StringSplitOptions.TrimEntries);
        var inPort = Value(fields, "in_port")?.Trim('"');
        var ours = inPort == port.Device || port.Ofport is { } number && inPort == number.ToString(CultureInfo.InvariantCulture);
        // An address pair that is a whole network (10.0.0.0/24) names no address to ask for.
        return ours && Value(fields, "arp_spa") is { } text && StrictIPAddress.TryParse(text, out var address) ? address : null;
    }

    private static string? Value(string[] fields, string key) =>
        fields.FirstOrDefault(f => f.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..];
}
