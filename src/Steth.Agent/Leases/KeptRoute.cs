using Steth.Agent.Tools.Ip;
using Steth.Contracts;

namespace Steth.Agent.Leases;

/// <summary>A route over an interface, as ip-route(8) prints it and takes it.</summary>
/// <param name="Family"><c>-4</c> or <c>-6</c>.</param>
/// <param name="Words">The route, words between single spaces.</param>
public sealed record KeptRoute(string Family, string Words)
{
    // The kernel makes these with an address; and routers announce those of protocol ra again.
    private static readonly string[] OwnKinds = ["local", "broadcast", "multicast", "anycast"];

    // Printed, but not taken.
    private static readonly string[] StateWords = ["linkdown", "dead", "pervasive", "offload", "offload_failed", "trap", "rt_offload",
        "rt_offload_failed", "rt_trap", "\\"];

    /// <summary>The routes of an interface in all tables, as they can be given back: those without a gateway first.</summary>
    /// <exception cref="OperationException">NoSuchDevice, ToolMissing, ToolFailed, Timeout.</exception>
    public static async Task<IReadOnlyList<KeptRoute>> ReadAsync(IpTool ip, string device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ip);
        var routes = new List<KeptRoute>();
        foreach (var family in (string[])["-4", "-6"])
        {
            var text = await ip.RunAsync([family, "-o", "route", "show", "table", "all", "dev", device], cancellationToken);
            routes.AddRange(Parse(family, text));
        }
        return [.. routes.OrderBy(r => r.Words.Contains(" via ", StringComparison.Ordinal) ? 1 : 0)];
    }

    /// <summary>What follows <c>route replace</c>.</summary>
    internal IEnumerable<string> Arguments(string device)
    {
        string[] words = Words.Split(' ');
        // Several next hops name their devices themselves.
        return words.Contains("nexthop", StringComparer.Ordinal) ? words : [.. words, "dev", device];
    }

    private static IEnumerable<KeptRoute> Parse(string family, string text) =>
        from line in text.Split('\n')
        let words = WithoutNexthopId(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(w => !StateWords.Contains(w, StringComparer.Ordinal)).ToArray()
        where words.Length > 0 && !OwnKinds.Contains(words[0], StringComparer.Ordinal)
        where !line.Contains(" proto ra ", StringComparison.Ordinal)
        where family == "-4" || !words[0].StartsWith("fe80::", StringComparison.Ordinal)
        select new KeptRoute(family, string.Join(' ', words));

    /// <summary>
    /// A route that routing daemons made by a nexthop object (ip-nexthop(8)) is printed with its id and with the gateway and device it
    /// stands for; the kernel takes one or the other, and the object may be gone.
    /// </summary>
    private static IEnumerable<string> WithoutNexthopId(string[] words)
    {
        var at = Array.IndexOf(words, "nhid");
        return at < 0 ? words : words.Where((_, i) => i != at && i != at + 1);
    }
}
