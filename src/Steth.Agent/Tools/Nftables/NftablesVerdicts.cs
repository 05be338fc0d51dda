using System.Text.Json;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tools.Nftables;

/// <summary>What a rule of nftables does with packets.</summary>
/// <param name="Drop">The rule, when it can drop or reject; null: it cannot.</param>
/// <param name="LeadsTo">Chains it jumps or goes to.</param>
internal sealed record NftablesVerdicts(NftablesRule? Drop, IReadOnlyList<string> LeadsTo)
{
    private static readonly string[] _counted = ["counter", "log", "drop", "reject"];

    /// <summary>Reads the object of a rule.</summary>
    /// <param name="rule">As libnftables-json(5) has it.</param>
    /// <param name="map">Elements of a named verdict map; undefined: there is none.</param>
    /// <exception cref="InvalidOperationException">It is no rule.</exception>
    /// <exception cref="KeyNotFoundException">It lacks a member.</exception>
    public static NftablesVerdicts Read(JsonElement rule, Func<string, JsonElement> map)
    {
        var drops = false;
        var leadsTo = new List<string>();
        long? packets = null;
        foreach (var statement in rule.GetProperty("expr").EnumerateArray().SelectMany(s => s.EnumerateObject()))
        {
            // What comes between a counter and the verdict may let packets go that were counted.
            if (!_counted.Contains(statement.Name) && !IsReject(statement))
                packets = null;
            if (statement.Name == "counter" && statement.Value.ValueKind == JsonValueKind.Object)
                packets = statement.Value.GetProperty("packets").GetInt64();
            foreach (var verdict in statement.Name == "vmap" ? OfMap(statement.Value, map) : [statement])
            {
                drops |= verdict.Name is "drop" or "reject" || IsReject(verdict);
                if (verdict.Name is "jump" or "goto")
                    leadsTo.Add(NftablesJson.Text(verdict.Value, "target"));
            }
        }
        return new NftablesVerdicts(
            !drops ? null : new NftablesRule(
                NftablesJson.Text(rule, "chain"), rule.GetProperty("handle").GetInt64(), NftablesText.Of(rule), packets),
            leadsTo);
    }

    private static IEnumerable<JsonProperty> OfMap(JsonElement vmap, Func<string, JsonElement> map)
    {
        var data = vmap.GetProperty("data");
        var elements = data.ValueKind == JsonValueKind.String ? map(data.GetString()!.TrimStart('@')) : data.GetProperty("set");
        return elements.ValueKind != JsonValueKind.Array ? []
            : elements.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Array && e.GetArrayLength() == 2)
                .SelectMany(e => e[1].EnumerateObject());
    }

    // iptables-nft and ebtables-nft write a target of xtables where nft has no own word for it.
    private static bool IsReject(JsonProperty statement) => statement is { Name: "xt", Value.ValueKind: JsonValueKind.Object }
        && statement.Value.TryGetProperty("name", out var name) && name.GetString() is "REJECT" or "DROP";
}
