using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Tests.Cases;

/// <summary>Packet filters and connection tracking of the lab's case, with what they counted while the probes were sent.</summary>
public static class Filtering
{
    /// <summary>Changes what a namespace told, before and after; null: the compute node's own.</summary>
    public static LabCase Space(
        this LabCase situation, string? space, Func<NamespaceInspectResult, bool, NamespaceInspectResult> change) => space is null
        ? situation.Host("comp1", h => h with { Own = change(h.Own!, false), OwnAfter = change(h.OwnAfter!, true) })
        : situation.Host("net1", h => h with
        {
            Namespaces = [.. h.Namespaces.Select(n => n.Namespace == space ? change(n, false) : n)],
            NamespacesAfter = [.. h.NamespacesAfter.Select(n => n.Namespace == space ? change(n, true) : n)],
        });

    /// <summary>A rule of iptables that dropped so many packets.</summary>
    public static LabCase Rule(this LabCase situation, string? space, string chain, string text, long moved, string table = "filter") =>
        situation.Space(space, (n, after) => n with { Rules = [LabHosts.Rule(table, chain, text, after ? 40 + moved : 40), .. n.Rules!] });

    /// <summary>A chain of iptables whose policy dropped so many packets.</summary>
    public static LabCase Policy(this LabCase situation, string? space, string chain, long moved) => situation.Space(
        space, (n, after) => n with { Chains = [new FilterChain("filter", chain, "DROP", after ? 7 + moved : 7)] });

    /// <summary>A base chain of nftables with a rule that dropped so many packets, or counts none (null); no text: a policy of drop.</summary>
    public static LabCase Nft(
        this LabCase situation, string? space, string family, string hook, string? text, long? moved, params string[] devices) =>
        situation.Space(space, (n, after) => n with
        {
            Nftables =
            [
                new NftablesChain
                {
                    Family = family,
                    Table = "hardening",
                    Chain = "c",
                    Hook = hook,
                    Priority = 0,
                    DropsByPolicy = text is null,
                    Devices = devices,
                    Drops = text is null ? [] : [new NftablesRule("c", 7, text, moved is null ? null : after ? 90 + moved : 90)],
                },
            ],
        });

    /// <summary>Connections there are, and packets that could not be tracked meanwhile; null: the kernel does not tell.</summary>
    public static LabCase Conntrack(this LabCase situation, string? space, long count, long max, long? dropped) => situation.Space(
        space, (n, after) => n with { Conntrack = new ConntrackFacts(count, max, dropped is null ? null : after ? 11 + dropped : 11) });
}
