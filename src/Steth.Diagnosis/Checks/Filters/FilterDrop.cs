using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Checks.Filters;

/// <summary>A rule or a policy of a namespace's packet filter that drops, with what it counted between two readings.</summary>
internal sealed record FilterDrop
{
    private static readonly string[] _tables = ["raw", "mangle", "filter", "security"];
    private static readonly string[] _chains = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

    /// <summary>ip, inet, arp, bridge or netdev.</summary>
    public required string Family { get; init; }

    /// <summary>prerouting, input, forward, output, postrouting, ingress or egress.</summary>
    public required string Hook { get; init; }

    /// <summary>Devices of an ingress or egress hook; empty: it is none.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>The chain it is in.</summary>
    public required string Chain { get; init; }

    /// <summary>What packets it is for; null: a policy, or a rule, of no particular ones.</summary>
    public FilterMatch? Match { get; init; }

    /// <summary>What it is, for a reader: <c>the iptables rule '-A FORWARD -j DROP' (table filter)</c>.</summary>
    public required string Words { get; init; }

    /// <summary>Packets it dropped between the readings; null: it has no counter.</summary>
    public long? Moved { get; init; }

    /// <summary>The command that takes it away, or that makes it count where it does not.</summary>
    public required string Command { get; init; }

    /// <summary>What is to be done beside that, as the rest of a sentence; empty: nothing.</summary>
    public string Besides { get; init; } = "";

    /// <summary>All of a namespace, those of iptables first.</summary>
    public static IEnumerable<FilterDrop> Between(NamespaceInspectResult before, NamespaceInspectResult after) =>
        OfIptables(before, after).Concat(OfNftables(before.Nftables ?? [], after.Nftables ?? []));

    private static IEnumerable<FilterDrop> OfIptables(NamespaceInspectResult before, NamespaceInspectResult after)
    {
        foreach (var table in _tables)
        {
            foreach (var chain in _chains)
            {
                foreach (var rule in (after.Rules ?? []).From(table, chain).Where(r => r.Target() is "DROP" or "REJECT"))
                {
                    yield return new FilterDrop
                    {
                        Family = "ip",
                        Hook = chain.ToLowerInvariant(),
                        Chain = rule.Chain,
                        Match = FilterMatch.OfIptables(rule.Text),
                        Words = $"the iptables rule '{rule.Line()}' (table {table})",
                        Moved = rule.Moved(before.Rules ?? []),
                        Command = $"iptables -t {table} -D {rule.Chain} {rule.Text}",
                    };
                }
                if (after.Chains?.FirstOrDefault(c => c.Table == table && c.Chain == chain) is { Policy: "DROP" } now)
                {
                    var was = before.Chains?.FirstOrDefault(c => c.Table == table && c.Chain == chain);
                    yield return new FilterDrop
                    {
                        Family = "ip",
                        Hook = chain.ToLowerInvariant(),
                        Chain = chain,
                        Words = $"the policy DROP of the iptables chain {chain} (table {table})",
                        Moved = was is null ? 0 : Math.Max(0, now.Packets - was.Packets),
                        Command = $"iptables -t {table} -P {chain} ACCEPT",
                    };
                }
            }
        }
    }

    private static IEnumerable<FilterDrop> OfNftables(IReadOnlyList<NftablesChain> before, IReadOnlyList<NftablesChain> after)
    {
        foreach (var chain in after)
        {
            var place = $"{chain.Family} {chain.Table}";
            var was = before.FirstOrDefault(c => c.Family == chain.Family && c.Table == chain.Table && c.Chain == chain.Chain);
            foreach (var rule in chain.Drops)
            {
                var old = was?.Drops.FirstOrDefault(r => r.Chain == rule.Chain && r.Handle == rule.Handle);
                var command = FormattableString.Invariant($"rule {place} {rule.Chain} handle {rule.Handle}");
                yield return new FilterDrop
                {
                    Family = chain.Family,
                    Hook = chain.Hook,
                    Devices = chain.Devices,
                    Chain = rule.Chain,
                    Match = FilterMatch.OfNftables(rule.Text),
                    Words = FormattableString.Invariant($"the nftables rule '{rule.Text}' ({place} {rule.Chain}, handle {rule.Handle})"),
                    Moved = rule.Packets is not { } packets ? null : Math.Max(0, packets - (old?.Packets ?? packets)),
                    Besides = chain.DropsByPolicy ? ", and let a rule accept them, because the chain's policy is drop as well" : "",
                    Command = rule.Packets is null ? $"nft replace {command} … counter drop" : $"nft delete {command}",
                };
            }
            if (chain.DropsByPolicy)
            {
                yield return new FilterDrop
                {
                    Family = chain.Family,
                    Hook = chain.Hook,
                    Devices = chain.Devices,
                    Chain = chain.Chain,
                    Words = $"the policy drop of the nftables chain {place} {chain.Chain}",
                    Command = $"nft add rule {place} {chain.Chain} counter drop",
                };
            }
        }
    }
}
