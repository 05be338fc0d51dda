using System.Net;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tools.Dnsmasq;

/// <summary>
/// Reads the files Neutron's DHCP agent writes for dnsmasq (dnsmasq(8), --dhcp-host and --dhcp-option; neutron/agent/linux/dhcp.py). Lines
/// of another shape are passed over: dnsmasq may understand what Neutron does not write today.
/// </summary>
public static class DnsmasqFiles
{
    private static readonly string[] _labels = ["set:", "tag:", "id:", "net:"];

    /// <summary>Reads a host file.</summary>
    public static IReadOnlyList<DhcpHostEntry> ParseHosts(string text) => [.. Lines(text).Select(Host).OfType<DhcpHostEntry>()];

    /// <summary>Reads an options file.</summary>
    public static IReadOnlyList<DhcpOptionEntry> ParseOptions(string text) => [.. Lines(text).Select(Option).OfType<DhcpOptionEntry>()];

    private static IEnumerable<string> Lines(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#');
    }

    private static DhcpHostEntry? Host(string line)
    {
        var fields = line.Split(',').Where(f => !_labels.Any(l => f.StartsWith(l, StringComparison.Ordinal))).ToList();
        if (fields.Count == 0 || !MacAddress.TryParse(fields[0], null, out var mac))
            return null;
        var (name, address) = ("", default(IPAddress));
        foreach (var field in fields.Skip(1).Where(f => f != "ignore"))
        {
            // A lease time may follow the address: 3600, 24h.
            if (address is not null)
                break;
            // A bare number would be read as an address as well.
            if (field.AsSpan().ContainsAny('.', ':') && IPAddress.TryParse(field.Trim('[', ']'), out var parsed))
                address = parsed;
            else if (name.Length == 0)
                name = field;
        }
        return new DhcpHostEntry(mac, name, address);
    }

    private static DhcpOptionEntry? Option(string line)
    {
        var tag = "";
        while (line.StartsWith("tag:", StringComparison.Ordinal) && line.IndexOf(',') is var end and > 0)
        {
            tag = tag.Length == 0 ? line[4..end] : tag;
            line = line[(end + 1)..];
        }
        var (option, value) = line.IndexOf(',') is var comma and > 0 ? (line[..comma], line[(comma + 1)..]) : (line, "");
        foreach (var prefix in new[] { "option:", "option6:" })
            option = option.StartsWith(prefix, StringComparison.Ordinal) ? option[prefix.Length..] : option;
        return option.Length == 0 ? null : new DhcpOptionEntry(tag, option, value);
    }
}
