using System.Net;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Controller.Intents;

/// <summary>Floating IPs by the rules the L3 agent writes for them: <c>-d FLOATING/32 -j DNAT --to-destination FIXED</c>.</summary>
internal static class FloatingRules
{
    /// <summary>Those of a router's rules.</summary>
    public static IReadOnlyList<(IPAddress Address, IPAddress FixedIp)> Read(IReadOnlyList<FilterRule> rules) =>
        [.. rules.Where(r => r.Table == "nat").Select(r => One(r.Text)).OfType<(IPAddress, IPAddress)>().Distinct()];

    private static (IPAddress, IPAddress)? One(string rule)
    {
        var words = rule.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // A forwarded port (-p tcp --dport …) is the floating IP's, but not all of it.
        return After(words, "-j") == "DNAT" && !words.Contains("--dport")
            && After(words, "-d") is { } floating && StrictIPAddress.TryParse(floating.Split('/')[0], out var address)
            && After(words, "--to-destination") is { } fixedIp && StrictIPAddress.TryParse(fixedIp, out var behind)
            ? (address, behind)
            : null;
    }

    private static string? After(string[] words, string word) =>
        Array.IndexOf(words, word) is var at and >= 0 && at + 1 < words.Length ? words[at + 1] : null;
}
