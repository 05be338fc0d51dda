using Steth.Lab.State;

namespace Steth.Lab.Faults;

/// <summary>A table of nftables that nothing else uses, as an operator's own firewall: added and taken away as a whole.</summary>
internal static class NftablesEdit
{
    private const string Table = "hardening";

    /// <summary>Adds a rule that drops, with its counter, at a hook of the family inet.</summary>
    public static FaultSteps Drop(string host, string? netns, string hook, string match) => new(
        [new HostCommand(host, In(netns, ["nft", "-f", "-"]), $$"""
            table inet {{Table}} {
              chain {{hook}} {
                type filter hook {{hook}} priority 0; policy accept;
                {{match}} counter drop
              }
            }

            """)],
        [new HostCommand(host, In(netns, ["nft", "delete", "table", "inet", Table]))]);

    private static IReadOnlyList<string> In(string? netns, IReadOnlyList<string> command) =>
        netns is null ? command : ["ip", "netns", "exec", netns, .. command];
}
