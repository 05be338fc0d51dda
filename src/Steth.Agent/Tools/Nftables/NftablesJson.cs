using System.Text.Json;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tools.Nftables;

/// <summary>Reads what <c>nft -j list ruleset</c> prints (libnftables-json(5)), as far as it can drop. IPv6 alone is left out.</summary>
public static class NftablesJson
{
    private const int MostChains = 64;
    private const int MostRules = 200;
    private static readonly string[] _families = ["ip", "inet", "arp", "bridge", "netdev"];

    /// <summary>Reads the base chains that can drop, with the rules that do.</summary>
    /// <param name="text">What nft printed.</param>
    /// <param name="without">Tables of the family ip that are left out.</param>
    /// <exception cref="FormatException">Not a ruleset.</exception>
    public static NftablesRuleset Parse(string text, IReadOnlySet<string> without)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read([.. document.RootElement.GetProperty("nftables").EnumerateArray()], without);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new FormatException("nft printed something else than a ruleset in JSON.", e);
        }
    }

    private static NftablesRuleset Read(List<JsonElement> objects, IReadOnlySet<string> without)
    {
        var maps = Of("map").Where(m => m.TryGetProperty("elem", out _)).ToLookup(m => Key(m, "name"), m => m.GetProperty("elem"));
        var rules = Of("rule").ToLookup(
            r => Key(r, "chain"), r => NftablesVerdicts.Read(r, map => maps[Key(r, "chain") with { Name = map }].FirstOrDefault()));
        var chains = new List<NftablesChain>();
        var room = MostRules;
        var leftOut = 0;
        foreach (var chain in Of("chain").Where(c => c.TryGetProperty("hook", out _)))
        {
            var drops = Reached(Key(chain, "name"), rules);
            var policy = chain.TryGetProperty("policy", out var word) && word.GetString() == "drop";
            if (drops.Count == 0 && !policy)
                continue;
            if (chains.Count == MostChains)
                room = 0;
            else
                chains.Add(Describe(chain, policy, [.. drops.Take(room)]));
            leftOut += Math.Max(0, drops.Count - room);
            room -= Math.Min(room, drops.Count);
        }
        return new NftablesRuleset(chains, leftOut);

        IEnumerable<JsonElement> Of(string kind) => objects.Where(o => o.TryGetProperty(kind, out _)).Select(o => o.GetProperty(kind))
            .Where(o => Text(o, "family") is var family && _families.Contains(family)
                && !(family == "ip" && without.Contains(Text(o, "table"))));
    }

    private static NftablesChain Describe(JsonElement chain, bool policy, IReadOnlyList<NftablesRule> drops) => new()
    {
        Family = Text(chain, "family"),
        Table = Text(chain, "table"),
        Chain = Text(chain, "name"),
        Hook = Text(chain, "hook"),
        Priority = chain.GetProperty("prio").GetInt32(),
        DropsByPolicy = policy,
        Devices = !chain.TryGetProperty("dev", out var device) ? []
            : device.ValueKind == JsonValueKind.Array ? [.. device.EnumerateArray().Select(d => $"{d}")]
            : [$"{device}"],
        Drops = drops,
    };

    /// <summary>Rules that drop in a chain and in those a packet gets to from it, in the order they are met.</summary>
    private static List<NftablesRule> Reached(Place start, ILookup<Place, NftablesVerdicts> rules)
    {
        var drops = new List<NftablesRule>();
        var chains = new List<Place> { start };
        var known = new HashSet<Place> { start };
        for (var i = 0; i < chains.Count; i++)
        {
            foreach (var rule in rules[chains[i]])
            {
                if (rule.Drop is { } drop)
                    drops.Add(drop);
                chains.AddRange(rule.LeadsTo.Select(name => start with { Name = name }).Where(known.Add));
            }
        }
        return drops;
    }

    /// <summary>A member that is a text.</summary>
    /// <exception cref="FormatException">It is null.</exception>
    internal static string Text(JsonElement thing, string name) =>
        thing.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null.");

    private static Place Key(JsonElement thing, string name) => new(Text(thing, "family"), Text(thing, "table"), Text(thing, name));

    private sealed record Place(string Family, string Table, string Name);
}
