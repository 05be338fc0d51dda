using System.Text.Json;

namespace Steth.Agent.Tools.Nftables;

/// <summary>
/// Writes a rule of nftables in a line as nft(8) would, for a reader: without numbers that change, and with what it has no words for as the
/// JSON says it.
/// </summary>
internal static class NftablesText
{
    private const int Most = 300;
    private static readonly string[] _bare = ["iif", "oif", "iifname", "oifname", "iifgroup", "oifgroup", "skuid", "skgid"];

    /// <summary>At most 300 characters without line breaks.</summary>
    public static string Of(JsonElement rule)
    {
        var words = rule.GetProperty("expr").EnumerateArray().SelectMany(s => s.EnumerateObject()).Select(Statement);
        if (rule.TryGetProperty("comment", out var comment))
            words = words.Append($"comment \"{comment}\"");
        var line = string.Concat(string.Join(' ', words).Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= Most ? line : line[..(Most - 1)] + "…";
    }

    private static string Statement(JsonProperty statement)
    {
        var (name, value) = (statement.Name, statement.Value);
        return name switch
        {
            "match" => Match(value),
            "counter" => value.ValueKind == JsonValueKind.String ? $"counter name \"{value}\"" : name,
            "jump" or "goto" => $"{name} {Member(value, "target")}",
            "log" => name,
            "limit" => $"limit rate {(value.TryGetProperty("inv", out var over) && over.ValueKind == JsonValueKind.True ? "over " : "")}"
                + $"{Member(value, "rate")}/{Member(value, "per")}",
            "reject" when value.ValueKind == JsonValueKind.Object =>
                $"reject with {Member(value, "type")}{(value.TryGetProperty("expr", out var code) ? $" {Expression(code)}" : "")}",
            "vmap" => $"{Expression(value.GetProperty("key"))} vmap {Expression(value.GetProperty("data"))}",
            "xt" => $"xt {Member(value, "type")} {Member(value, "name")}".TrimEnd(),
            _ when value.ValueKind == JsonValueKind.Null => name,
            _ => $"{name} {value.GetRawText()}",
        };
    }

    private static string Match(JsonElement match)
    {
        var operation = Member(match, "op");
        var right = match.GetProperty("right");
        var text = Expression(right);
        var left = Expression(match.GetProperty("left"));
        // Names of devices are told apart from words by their quotes.
        if (right.ValueKind == JsonValueKind.String && left.EndsWith("name", StringComparison.Ordinal))
            text = $"\"{text}\"";
        return operation is "==" or "in" ? $"{left} {text}" : $"{left} {operation} {text}";
    }

    private static string Expression(JsonElement expression)
    {
        if (expression.ValueKind == JsonValueKind.Array)
            return string.Join(',', expression.EnumerateArray().Select(Expression));
        if (expression.ValueKind != JsonValueKind.Object || expression.EnumerateObject().Count() != 1)
            return $"{expression}";
        var (name, value) = expression.EnumerateObject().Select(p => (p.Name, p.Value)).First();
        return name switch
        {
            "payload" when value.TryGetProperty("protocol", out var protocol) => $"{protocol} {Member(value, "field")}",
            "meta" => Member(value, "key") is var key && _bare.Contains(key) ? key : $"meta {key}",
            "ct" => $"ct {Member(value, "key")}",
            "fib" => $"fib {(value.TryGetProperty("flags", out var flags) ? Expression(flags) : "")} {Member(value, "result")}",
            "prefix" => $"{Member(value, "addr")}/{Member(value, "len")}",
            "range" => string.Join('-', value.EnumerateArray().Select(Expression)),
            "concat" => string.Join(" . ", value.EnumerateArray().Select(Expression)),
            "set" => Set(value),
            "elem" => value.TryGetProperty("val", out var val) ? Expression(val) : value.GetRawText(),
            "&" or "|" or "^" or "<<" or ">>" => string.Join($" {name} ", value.EnumerateArray().Select(Expression)),
            "jump" or "goto" => $"{name} {Member(value, "target")}",
            _ when value.ValueKind == JsonValueKind.Null => name,
            _ => expression.GetRawText(),
        };
    }

    // The elements of a map are pairs.
    private static string Set(JsonElement elements) => elements.ValueKind != JsonValueKind.Array ? Expression(elements)
        : $"{{ {string.Join(", ", elements.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Array && e.GetArrayLength() == 2
            ? $"{Expression(e[0])} : {Expression(e[1])}" : Expression(e)))} }}";

    private static string Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? $"{value}" : "";
}
