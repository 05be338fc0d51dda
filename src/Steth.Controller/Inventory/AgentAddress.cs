using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Steth.Packets.Addresses;

namespace Steth.Controller.Inventory;

/// <summary>
/// An address with an optional port, as written for an agent: <c>192.0.2.1</c>, <c>192.0.2.1:9698</c>, <c>[2001:db8::1]:9698</c>.
/// </summary>
internal readonly record struct AgentAddress(IPAddress Address, int? Port)
{
    /// <summary>Reads an address; an IPv6 address without a port may stand without brackets.</summary>
    public static bool TryParse(string text, out AgentAddress? result)
    {
        result = null;
        if (StrictIPAddress.TryParse(text, out var bare))
        {
            result = new AgentAddress(bare, null);
            return true;
        }
        var (host, rest) = text.StartsWith('[') && text.IndexOf(']', StringComparison.Ordinal) is > 0 and var close
            ? (text[1..close], text[(close + 1)..])
            : text.LastIndexOf(':') is > 0 and var colon ? (text[..colon], text[colon..]) : (text, "");
        if (!StrictIPAddress.TryParse(host, out var address)
            || address.AddressFamily == AddressFamily.InterNetworkV6 != text.StartsWith('['))
            return false;
        if (rest.Length == 0)
        {
            result = new AgentAddress(address, null);
            return true;
        }
        if (rest[0] != ':' || !ushort.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            return false;
        result = new AgentAddress(address, port);
        return true;
    }
}
