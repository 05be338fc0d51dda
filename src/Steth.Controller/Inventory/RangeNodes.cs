using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Steth.Contracts.Configuration;
using Steth.Packets.Addresses;

namespace Steth.Controller.Inventory;

/// <summary>
/// The later generation: <c>[mgmt_type_network] mgmt_network_ranges = 1.1.1.1:1.1.1.10</c>. The i-th address of each network belongs to
/// the same node, whose name is node_name_prefix with the last octet of its management address.
/// </summary>
internal sealed class RangeNodes(ConfigurationReader reader, string namePrefix)
{
    private const int MaxNodes = 65536;

    /// <summary>Reads every [NAME_type_network].</summary>
    public void Read(IReadOnlyList<IniEntry> entries)
    {
        var networks = new List<(string Type, string? Nic, List<IPAddress> Addresses, IniEntry Entry)>();
        var broken = false;
        foreach (var section in entries.Where(e => ConfigurationReader.NetworkOf(e) is not null).GroupBy(e => e.Section))
        {
            var nic = section.FirstOrDefault(e => e.Key.EndsWith("_ethernet_name", StringComparison.Ordinal));
            var ranges = section.FirstOrDefault(e => e.Key.EndsWith("_network_ranges", StringComparison.Ordinal));
            if (nic is { Value.Length: 0 })
                reader.Report(nic, "is empty; expected the name of a NIC, as in eth0");
            if (ranges is null)
            {
                reader.Report(nic!, "has no network_ranges beside it; expected one, as in 192.0.2.1:192.0.2.10");
                broken = true;
                continue;
            }
            // What the documented generation calls net, the later one calls sdn; both mean the network of the tenants.
            var type = ConfigurationReader.NetworkOf(ranges)! is "sdn" ? "net" : ConfigurationReader.NetworkOf(ranges)!;
            if (!TryReadRanges(ranges, out var addresses))
                broken = true;
            reader.Add(new NetworkType(type, nic?.Value));
            networks.Add((type, nic?.Value, addresses ?? [], ranges));
        }
        if (!broken && networks.Count > 0)
            Combine(networks);
    }

    private void Combine(List<(string Type, string? Nic, List<IPAddress> Addresses, IniEntry Entry)> networks)
    {
        var mgmt = networks.FirstOrDefault(n => n.Type == "mgmt");
        if (mgmt.Entry is null)
        {
            reader.Report(networks[0].Entry, "needs [mgmt_type_network], which is missing: nodes are named after their management address");
            return;
        }
        foreach (var other in networks.Where(n => n.Addresses.Count != mgmt.Addresses.Count))
        {
            reader.Report(
                other.Entry,
                FormattableString.Invariant($"has {other.Addresses.Count} addresses, {mgmt.Entry.Key} has {mgmt.Addresses.Count}; ")
                + "the i-th address of each is the same node, so they must be as many");
        }
        for (var i = 0; i < mgmt.Addresses.Count; i++)
        {
            NodeNetwork[] places =
                [.. networks.Where(n => i < n.Addresses.Count).Select(n => new NodeNetwork(n.Type, n.Addresses[i], n.Nic))];
            var id = FormattableString.Invariant($"{mgmt.Addresses[i].GetAddressBytes()[3]}");
            var node = new Node { Name = namePrefix + id, Id = id, Networks = places, AgentEndpoint = ConfigurationReader.AgentOf(places) };
            reader.Add(node, mgmt.Entry);
        }
    }

    private bool TryReadRanges(IniEntry entry, [NotNullWhen(true)] out List<IPAddress>? addresses)
    {
        var all = new List<IPAddress>();
        addresses = null;
        var fine = true;
        foreach (var part in PrefixNodes.Parts(entry.Value))
            fine &= TryAddRange(entry, part, all);
        if (fine && all.Count == 0)
        {
            reader.Report(entry, "is empty; expected FIRST:LAST, as in 192.0.2.1:192.0.2.10");
            fine = false;
        }
        if (fine)
            addresses = all;
        return fine;
    }

    private bool TryAddRange(IniEntry entry, string part, List<IPAddress> all)
    {
        if (part.Split(':', StringSplitOptions.TrimEntries) is not [var firstText, var lastText]
            || !TryNumber(firstText, out var first)
            || !TryNumber(lastText, out var last))
        {
            reader.Report(entry, $"'{part}' is not a range; expected FIRST:LAST in IPv4, as in 192.0.2.1:192.0.2.10");
            return false;
        }
        if (last < first)
        {
            reader.Report(entry, $"the range '{part}' is empty: its last address comes before its first");
            return false;
        }
        if (last - first >= MaxNodes)
        {
            reader.Report(entry, FormattableString.Invariant($"the range '{part}' has more than {MaxNodes} addresses"));
            return false;
        }
        for (var number = (ulong)first; number <= last; number++)
            all.Add(Address((uint)number));
        return true;
    }

    private static bool TryNumber(string text, out uint number)
    {
        number = 0;
        if (!StrictIPAddress.TryParse(text, out var address) || address.AddressFamily != AddressFamily.InterNetwork)
            return false;
        number = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
        return true;
    }

    private static IPAddress Address(uint number)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, number);
        return new IPAddress(octets);
    }
}
