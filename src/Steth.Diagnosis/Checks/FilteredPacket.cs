using System.Globalization;
using System.Net;
using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Checks;

/// <summary>A packet as the rules of iptables see it, the first of its connection.</summary>
/// <param name="Protocol">Name and number of the IP protocol: <c>udp</c>, 17.</param>
/// <param name="Source">Source address.</param>
/// <param name="Destination">Destination address, which is the host's own on the way in.</param>
/// <param name="Port">Destination port; null: the protocol has none. The source port is one of those the kernel gives away.</param>
/// <param name="In">Devices it may have come by; empty: it begins here.</param>
/// <param name="Out">Devices it may leave by; empty: it ends here.</param>
public sealed record FilteredPacket(
    (string Name, int Number) Protocol, IPAddress Source, IPAddress Destination, int? Port,
    IReadOnlyCollection<string> In, IReadOnlyCollection<string> Out)
{
    private const int FirstGivenPort = 1024;

    /// <summary>Whether a rule matches it (iptables(8), iptables-extensions(8)); null: that depends on what is not known here.</summary>
    public bool? Fits(FilterRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var words = rule.Words();
        bool? fits = true;
        for (var i = 0; i < words.Count && words[i] is not ("-j" or "-g"); i++)
        {
            var isNegated = words[i] == "!";
            if (isNegated)
                i++;
            if (i >= words.Count)
                return null;
            // A module alone says nothing; its options do.
            if (words[i] is "-m" or "--comment")
            {
                i++;
                continue;
            }
            var option = words[i];
            var value = i + 1 < words.Count && !words[i + 1].StartsWith('-') && words[i + 1] != "!" ? words[++i] : null;
            var one = Fits(option, value);
            if ((isNegated ? !one : one) is not { } holds)
                fits = null;
            else if (!holds)
                return false;
        }
        return fits;
    }

    private bool? Fits(string option, string? value) => (option, value) switch
    {
        ("--physdev-in" or "--physdev-out", { } port) => In.Concat(Out).Any(d => IsDevice(port, d)) ? null : false,
        ("--physdev-is-bridged", _) => false,
        (_, null) => null,
        ("-p", _) => value is "all" or "0" || value == Protocol.Name
            || value == Protocol.Number.ToString(CultureInfo.InvariantCulture),
        ("-s", _) => Holds(value, Source),
        ("-d", _) => Holds(value, Destination),
        ("-i", _) => Device(value, In),
        ("-o", _) => Device(value, Out),
        ("--dport" or "--dports", _) => Port is { } port && Ranges(value).Any(r => r.First <= port && port <= r.Last),
        ("--sport" or "--sports", _) => Ranges(value).All(r => r.Last < FirstGivenPort) ? false : null,
        ("--state" or "--ctstate", _) => value.Split(',').Contains("NEW") ? true : value.Split(',').Contains("UNTRACKED") ? null : false,
        ("--dst-type", "LOCAL") => In.Count > 0 ? true : null,
        ("--dst-type", "BROADCAST" or "MULTICAST" or "ANYCAST") => false,
        _ => null,
    };

    private static bool? Holds(string range, IPAddress address)
    {
        var parts = range.Split('/');
        if (!IPAddress.TryParse(parts[0], out var first) || first.AddressFamily != address.AddressFamily)
            return null;
        if (parts.Length == 1)
            return first.Equals(address);
        var bytes = first.GetAddressBytes();
        var mask = new byte[bytes.Length];
        if (int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= 8 * bytes.Length)
        {
            for (var bit = 0; bit < length; bit++)
                mask[bit / 8] |= (byte)(0x80 >> bit % 8);
        }
        else if (IPAddress.TryParse(parts[1], out var dotted) && dotted.AddressFamily == address.AddressFamily)
            mask = dotted.GetAddressBytes();
        else
            return null;
        return address.GetAddressBytes().Zip(bytes, mask).All(b => (b.First & b.Third) == (b.Second & b.Third));
    }

    // Of several devices it came by one: all of them fit, or none, or it is not known.
    private static bool? Device(string pattern, IReadOnlyCollection<string> devices) =>
        devices.Count == 0 ? null
        : devices.All(d => IsDevice(pattern, d)) ? true
        : devices.Any(d => IsDevice(pattern, d)) ? null
        : false;

    private static bool IsDevice(string pattern, string device) =>
        pattern.EndsWith('+') ? device.StartsWith(pattern[..^1], StringComparison.Ordinal) : device == pattern;

    private static IEnumerable<(int First, int Last)> Ranges(string ports)
    {
        foreach (var range in ports.Split(','))
        {
            var ends = range.Split(':');
            // What is no number may be any port.
            var first = int.TryParse(ends[0], CultureInfo.InvariantCulture, out var low) ? low : 0;
            yield return (first, int.TryParse(ends[^1], CultureInfo.InvariantCulture, out var high) ? high : 65535);
        }
    }
}
