using System.Globalization;
using Steth.Contracts.Configuration;
using Steth.Packets.Addresses;

namespace Steth.Controller.Inventory;

/// <summary>
/// The documented generation: <c>network_types = mgmt:eth0:1.1.1.,…</c> and <c>nodes_id = 39,64</c>; address = prefix + id.
/// </summary>
internal sealed class PrefixNodes(ConfigurationReader reader, string namePrefix)
{
    /// <summary>Reads network_types and nodes_id.</summary>
    public void Read(IReadOnlyList<IniEntry> entries)
    {
        var typesEntry = entries.FirstOrDefault(e => e is { Section: IniFile.DefaultSection, Key: "network_types" });
        var idsEntry = entries.FirstOrDefault(e => e is { Section: IniFile.DefaultSection, Key: "nodes_id" });
        var types = typesEntry is null ? [] : Types(typesEntry);
        var ids = idsEntry is null ? [] : Ids(idsEntry);
        if (typesEntry is null && idsEntry is not null)
            reader.Report(idsEntry, "needs network_types, which is missing: a node's address is a network's prefix with its id");
        if (typesEntry is not null && idsEntry is null)
            reader.Report(typesEntry, "needs nodes_id, which is missing: a node's address is a network's prefix with its id");
        if (idsEntry is null || types.Count == 0)
            return;
        foreach (var id in ids)
        {
            NodeNetwork[] networks = [.. types.Select(t => new NodeNetwork(t.Type, StrictIPAddress.Parse(t.Prefix + id), t.Nic))];
            var node = new Node
            {
                Name = namePrefix + id,
                Id = id,
                Networks = networks,
                AgentEndpoint = ConfigurationReader.AgentOf(networks),
            };
            reader.Add(node, idsEntry);
        }
    }

    /// <summary>The parts of a comma-separated value, which may also be continued over lines; empty parts are left out.</summary>
    internal static IEnumerable<string> Parts(string value) =>
        value.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private List<(string Type, string Nic, string Prefix)> Types(IniEntry entry)
    {
        var types = new List<(string Type, string Nic, string Prefix)>();
        foreach (var part in Parts(entry.Value))
        {
            if (part.Split(':', 3, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } type, { Length: > 0 } nic, var prefix])
                reader.Report(entry, $"'{part}' is not a network; expected TYPE:NIC:PREFIX, as in mgmt:eth0:192.0.2.");
            else if (!prefix.EndsWith('.') && !prefix.EndsWith(':') || !StrictIPAddress.TryParse(prefix + "1", out _))
                reader.Report(
                    entry, $"'{prefix}' is not the beginning of an address; expected one that lacks its last part, as in 192.0.2.");
            else if (types.Any(t => t.Type == type))
                reader.Report(entry, $"names the network {type} twice");
            else
                types.Add((type, nic, prefix));
        }
        if (types.Count == 0 && !Parts(entry.Value).Any())
            reader.Report(entry, "is empty; expected TYPE:NIC:PREFIX, as in mgmt:eth0:192.0.2.");
        foreach (var (type, nic, _) in types)
            reader.Add(new NetworkType(type, nic));
        return types;
    }

    private List<string> Ids(IniEntry entry)
    {
        var ids = new List<string>();
        foreach (var part in Parts(entry.Value))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id > 255)
                reader.Report(entry, $"'{part}' is not an id; expected 0-255");
            else if (ids.Contains(id.ToString(CultureInfo.InvariantCulture)))
                reader.Report(entry, $"names the id {part} twice");
            else
                ids.Add(id.ToString(CultureInfo.InvariantCulture));
        }
        if (ids.Count == 0 && !Parts(entry.Value).Any())
            reader.Report(entry, "is empty; expected ids, as in 39,64");
        return ids;
    }
}
