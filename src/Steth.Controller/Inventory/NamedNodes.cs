using System.Net;
using Steth.Contracts.Configuration;

namespace Steth.Controller.Inventory;

/// <summary>The [nodes] section: <c>name = address[:port]</c> or <c>name = mgmt:address[:port], net:address, …</c>.</summary>
internal sealed class NamedNodes(ConfigurationReader reader)
{
    /// <summary>Reads every entry of [nodes].</summary>
    public void Read(IReadOnlyList<IniEntry> entries)
    {
        foreach (var entry in entries.Where(e => e.Section == "nodes"))
        {
            if (!entry.Key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
                reader.Report(entry, "is not a node name; expected letters, digits, '.', '_' and '-'");
            else if (AgentAddress.TryParse(entry.Key, out _))
                reader.Report(entry, "is an address; expected a name on the left of '='");
            else
                Read(entry);
        }
    }

    private void Read(IniEntry entry)
    {
        var places = new List<(string Type, IPAddress Address, int? Port)>();
        var fine = true;
        foreach (var part in PrefixNodes.Parts(entry.Value))
            fine &= TryReadPlace(entry, part, places);
        if (!fine)
            return;
        if (places.Count == 0)
        {
            reader.Report(entry, "is empty; expected ADDRESS[:PORT] or TYPE:ADDRESS, …");
            return;
        }
        var agent = places.FindIndex(p => p.Type == "mgmt") is >= 0 and var mgmt ? mgmt : 0;
        for (var i = 0; i < places.Count; i++)
        {
            if (i != agent && places[i].Port is not null)
                reader.Report(
                    entry, $"has a port for {places[i].Type}; only the agent's address, here that of {places[agent].Type}, has one");
        }
        foreach (var place in places)
            reader.Add(new NetworkType(place.Type, null));
        NodeNetwork[] networks = [.. places.Select(p => new NodeNetwork(p.Type, p.Address, null))];
        var port = places[agent].Port ?? ConfigurationReader.DefaultPort;
        reader.Add(new Node { Name = entry.Key, Networks = networks, AgentEndpoint = ConfigurationReader.AgentOf(networks, port) }, entry);
    }

    private bool TryReadPlace(IniEntry entry, string part, List<(string Type, IPAddress Address, int? Port)> places)
    {
        var type = "mgmt";
        var text = part;
        // A bare address may contain colons too, so it is tried first.
        if (!AgentAddress.TryParse(text, out var address) && part.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
        {
            type = part[..colon].TrimEnd();
            text = part[(colon + 1)..].TrimStart();
            if (!type.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') || !char.IsAsciiLetter(type[0]))
                text = "";
            _ = AgentAddress.TryParse(text, out address);
        }
        if (address is not { } place)
        {
            reader.Report(entry, $"'{part}' is not an address; expected ADDRESS[:PORT] or TYPE:ADDRESS, an IPv6 address in brackets");
            return false;
        }
        if (places.Any(p => p.Type == type))
        {
            reader.Report(entry, $"has two addresses for {type}; name their networks, as in mgmt:192.0.2.1, net:198.51.100.1");
            return false;
        }
        places.Add((type, place.Address, place.Port));
        return true;
    }
}
