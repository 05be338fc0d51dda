using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Checks;

/// <summary>Takes a packet through the chains of a packet filter as the kernel would (iptables(8)).</summary>
public sealed class FilterWalk
{
    private const int Deepest = 32;

    // Targets behind which a packet goes on with the next rule (iptables-extensions(8)).
    private static readonly HashSet<string> _passing =
    [
        "AUDIT", "CHECKSUM", "CLASSIFY", "CONNMARK", "CONNSECMARK", "CT", "DSCP", "ECN", "IDLETIMER", "LED", "LOG", "MARK", "NFLOG",
        "NOTRACK", "RATEEST", "SECMARK", "SET", "TCPMSS", "TEE", "TOS", "TRACE", "TTL",
    ];

    private readonly NamespaceInspectResult _filter;
    private readonly FilteredPacket _packet;
    private readonly ILookup<(string Table, string Chain), FilterRule> _rules;

    private FilterWalk(NamespaceInspectResult filter, FilteredPacket packet)
    {
        _filter = filter;
        _packet = packet;
        _rules = (filter.Rules ?? []).ToLookup(r => (r.Table, r.Chain));
    }

    /// <summary>What becomes of it.</summary>
    public FilterFate Fate { get; private set; } = FilterFate.Passes;

    /// <summary>The table it ends in; null: in none.</summary>
    public string? Table { get; private set; }

    /// <summary>The chain whose rule or policy ends it; null: none does.</summary>
    public string? Chain { get; private set; }

    /// <summary>The rule that ends it; null: none, or the chain's policy.</summary>
    public FilterRule? Rule { get; private set; }

    /// <summary>Walks.</summary>
    /// <param name="filter">The chains and rules of a namespace.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="way">The built-in chains it meets, in the order met.</param>
    public static FilterWalk Of(NamespaceInspectResult filter, FilteredPacket packet, params IEnumerable<(string Table, string Chain)> way)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(packet);
        ArgumentNullException.ThrowIfNull(way);
        var walk = new FilterWalk(filter, packet);
        foreach (var (table, chain) in way)
        {
            walk.Through(table, chain);
            if (walk.Fate != FilterFate.Passes)
                break;
        }
        return walk;
    }

    private void Through(string table, string chain)
    {
        var end = Walk(table, chain, 0);
        if (end == End.Unclear)
            Fate = FilterFate.Unclear;
        else if (end == End.Dropped)
            Fate = FilterFate.Dropped;
        else if (end == End.Next && Policy(table, chain) == "DROP")
            (Fate, Table, Chain) = (FilterFate.Dropped, table, chain);
    }

    private End Walk(string table, string chain, int depth)
    {
        if (depth > Deepest)
            return End.Unclear;
        foreach (var rule in _rules[(table, chain)])
        {
            var fits = _packet.Fits(rule);
            if (fits == false || rule.Target() is not { } target || _passing.Contains(target))
                continue;
            var end = target switch
            {
                "ACCEPT" => End.Accepted,
                "DROP" or "REJECT" => End.Dropped,
                "RETURN" => End.Returned,
                _ when IsChain(table, target) => Walk(table, target, depth + 1),
                _ => End.Unclear,
            };
            // A rule that may or may not match decides nothing only where it leads nowhere.
            if (end == End.Next && !rule.IsGoto())
                continue;
            if (fits is null)
                return End.Unclear;
            if (end is End.Returned or End.Next)
                return End.Next;
            if (end == End.Dropped && target is "DROP" or "REJECT")
                (Table, Chain, Rule) = (table, chain, rule);
            return end;
        }
        return End.Next;
    }

    private bool IsChain(string table, string name) =>
        _rules.Contains((table, name)) || _filter.Chains?.Any(c => c.Table == table && c.Chain == name) == true;

    private string? Policy(string table, string chain) =>
        _filter.Chains?.FirstOrDefault(c => c.Table == table && c.Chain == chain)?.Policy;

    private enum End
    {
        Next,
        Returned,
        Accepted,
        Dropped,
        Unclear,
    }
}
