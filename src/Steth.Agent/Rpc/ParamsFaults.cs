using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Steth.Agent.Rpc;

/// <summary>
/// Says what is wrong with parameters that did not deserialise, in the caller's terms: member paths and what was expected.
/// It walks the JSON beside its declaration, because the serialiser names only the first fault, and in its own terms.
/// </summary>
internal static class ParamsFaults
{
    private const int MostFaults = 10;
    private const int MostShown = 40;

    /// <summary>All faults, in the order of the declaration; at most ten.</summary>
    public static IReadOnlyList<string> Find(JsonElement value, JsonTypeInfo type)
    {
        var faults = new List<string>();
        Visit(value, type, "", faults);
        return faults.Count <= MostFaults ? faults : [.. faults.Take(MostFaults), $"and {faults.Count - MostFaults} more"];
    }

    private static void Visit(JsonElement value, JsonTypeInfo type, string path, List<string> faults)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when value.ValueKind == JsonValueKind.Object:
                VisitMembers(value, type, path, faults);
                break;
            case JsonTypeInfoKind.Enumerable when value.ValueKind == JsonValueKind.Array:
                var index = 0;
                foreach (var element in value.EnumerateArray())
                    Visit(element, type.Options.GetTypeInfo(type.ElementType!), $"{path}[{index++}]", faults);
                break;
            default:
                VisitLeaf(value, type, path, faults);
                break;
        }
    }

    private static void VisitMembers(JsonElement value, JsonTypeInfo type, string path, List<string> faults)
    {
        foreach (var member in type.Properties)
        {
            var memberPath = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!value.TryGetProperty(member.Name, out var given))
            {
                if (member.IsRequired)
                    faults.Add($"{memberPath} is missing");
            }
            else if (given.ValueKind == JsonValueKind.Null && member.IsSetNullable)
            {
                continue;
            }
            else
            {
                Visit(given, type.Options.GetTypeInfo(member.PropertyType), memberPath, faults);
            }
        }
        foreach (var given in value.EnumerateObject())
        {
            if (type.Properties.All(p => !given.NameEquals(p.Name)))
                faults.Add($"unknown member '{(path.Length == 0 ? "" : path + ".")}{Shortened(given.Name)}' (known: {Known(type)})");
        }
    }

    private static void VisitLeaf(JsonElement value, JsonTypeInfo type, string path, List<string> faults)
    {
        var expected = Expected(type);
        var given = Given(value);
        if (value.ValueKind == JsonValueKind.Null || type.Kind != JsonTypeInfoKind.None)
        {
            faults.Add($"{path}: expected {expected}, not {given}");
            return;
        }
        try
        {
            value.Deserialize(type);
        }
        catch (JsonException e)
        {
            // The serialiser's own sentences end in a position within the body; a converter's tell what it wants.
            faults.Add(e.Message.Contains("| LineNumber:", StringComparison.Ordinal)
                ? $"{path}: expected {expected}, not {given}"
                : $"{path}: {e.Message.TrimEnd('.')}");
        }
    }

    private static string Known(JsonTypeInfo type) =>
        type.Properties.Count == 0 ? "none" : string.Join(", ", type.Properties.Select(p => p.Name));

    private static string Given(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => Shortened(value.GetRawText()),
    };

    private static string Shortened(string text) => text.Length <= MostShown ? text : $"{text.AsSpan(0, MostShown)}…";

    private static string Expected(JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Object)
            return "an object";
        if (type.Kind == JsonTypeInfoKind.Enumerable)
            return "an array";
        var plain = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (plain.IsEnum)
            return $"one of {string.Join(", ", Names(plain, type.Options))}";
        return Type.GetTypeCode(plain) switch
        {
            TypeCode.Boolean => "true or false",
            TypeCode.Int32 or TypeCode.Int64 => "a whole number",
            TypeCode.UInt16 or TypeCode.UInt32 or TypeCode.UInt64 => "a whole number from 0",
            TypeCode.Double or TypeCode.Decimal => "a number",
            TypeCode.String => "a string",
            _ when plain == typeof(Guid) => "a UUID",
            _ when plain == typeof(ReadOnlyMemory<byte>) || plain == typeof(byte[]) => "bytes in base64",
            _ => "a string",
        };
    }

    private static IEnumerable<string> Names(Type type, JsonSerializerOptions options)
    {
        var info = options.GetTypeInfo(type);
        foreach (var number in Enum.GetValuesAsUnderlyingType(type))
            yield return JsonSerializer.Serialize(Enum.ToObject(type, number), info);
    }
}
