using System.Text.RegularExpressions;
using Steth.Diagnosis.Evidence;

namespace Steth.Diagnosis.Checks.Filters;

/// <summary>
/// What packets a rule is for, as far as its protocol and its devices tell: enough to leave out rules that a probe cannot have met.
/// Whatever
/// else a rule asks for is taken to be fulfilled.
/// </summary>
internal sealed partial class FilterMatch
{
    private static readonly string[] _transports = ["icmp", "tcp", "udp", "icmpv6", "sctp", "dccp", "udplite", "esp", "ah"];

    // Each names what it is for; false: what it is not for.
    private readonly List<(string Kind, string[] Values, bool Is)> _asked = [];

    /// <summary>Reads what iptables-save prints behind a rule's chain (iptables-extensions(8)).</summary>
    public static FilterMatch OfIptables(string text)
    {
        var match = new FilterMatch();
        foreach (Match option in IptablesOption().Matches(Remarks().Replace(text, "")))
            match._asked.Add((option.Groups[2].Value, [option.Groups[3].Value], option.Groups[1].Length == 0));
        return match;
    }

    /// <summary>Reads the line of a rule of nftables.</summary>
    public static FilterMatch OfNftables(string text)
    {
        var match = new FilterMatch();
        foreach (Match found in NftablesMatch().Matches(Remarks().Replace(text, "")))
        {
            var values = found.Groups[3].Value.Split([' ', ',', '{', '}', '"'], StringSplitOptions.RemoveEmptyEntries);
            var kind = found.Groups[1].Value switch
            {
                "iifname" or "iif" => "i",
                "oifname" or "oif" => "o",
                "ip protocol" or "meta l4proto" => "p",
                _ => "e",
            };
            match._asked.Add((kind, values, found.Groups[2].Length == 0));
        }
        foreach (Match header in NftablesHeader().Matches(Remarks().Replace(text, "")))
            match._asked.Add((_transports.Contains(header.Groups[1].Value) ? "p" : "e", [header.Groups[1].Value], true));
        return match;
    }

    /// <summary>Whether a probe may be among them.</summary>
    /// <param name="probe">The probe, or its answer.</param>
    /// <param name="devices">Devices it passes there, bridges included.</param>
    public bool MayMeet(ProbeKind probe, IReadOnlyCollection<string> devices) => _asked.All(a => a.Kind switch
    {
        "p" => a.Values.Any(v => Protocol(probe).Contains(v, StringComparer.Ordinal)) == a.Is,
        "e" => a.Values.Any(v => probe.IsArp() ? v == "arp" : v is "ip") == a.Is,
        _ => devices.Any(d => a.Values.Any(v => IsNamed(d, v)) == a.Is),
    });

    private static string[] Protocol(ProbeKind probe) => probe switch
    {
        ProbeKind.Dhcp => ["udp", "17"],
        ProbeKind.SynMetadata => ["tcp", "6"],
        _ when probe.IsArp() => [],
        _ => ["icmp", "1"],
    };

    // iptables ends the beginning of a name with a plus sign, nft with an asterisk.
    private static bool IsNamed(string device, string pattern) => pattern.Length > 0 && pattern[^1] is '+' or '*'
        ? device.StartsWith(pattern[..^1], StringComparison.Ordinal) : device == pattern;

    [GeneratedRegex("""(?<!-m )\b(?:--)?comment (?:"(?:[^"\\]|\\.)*"|\S+)|reject with .*""")]
    private static partial Regex Remarks();

    [GeneratedRegex(@"(?<=^| )(! )?-([pio]) (\S+)")]
    private static partial Regex IptablesOption();

    [GeneratedRegex("""(?<=^| )(iifname|oifname|iif|oif|ip protocol|meta l4proto|meta protocol|ether type) """
        + """(!= )?(?!vmap )(\{[^}]*\}|"[^"]*"|\w[\w.:*-]*)""")]
    private static partial Regex NftablesMatch();

    [GeneratedRegex(@"(?<=^| )(icmp|tcp|udp|icmpv6|sctp|dccp|udplite|esp|ah|arp|ip|ip6) [a-z]+")]
    private static partial Regex NftablesHeader();
}
