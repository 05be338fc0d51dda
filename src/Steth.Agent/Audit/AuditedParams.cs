using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Steth.Agent.Rpc;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Agent.Audit;

/// <summary>
/// What the audit keeps of a call's parameters: what the declaration knows, shortened; of bytes only how many. The target are the values
/// whose types name something: devices, namespaces, addresses, and ids of ports, networks and routers.
/// </summary>
/// <param name="Params">JSON, at most <see cref="MostCharacters"/>; null: none.</param>
/// <param name="Target">Names in the order of the declaration; null: none.</param>
internal sealed record AuditedParams(string? Params, string? Target)
{
    /// <summary>Of the parameters.</summary>
    public const int MostCharacters = 1000;

    private const int MostElements = 8;
    private const int MostText = 100;
    private const int MostTargets = 4;

    // The audit's own line escapes all of it once more.
    private static readonly JsonWriterOptions Lenient =
        new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Nothing.</summary>
    public static AuditedParams None { get; } = new(null, null);

    /// <summary>Of parameters with a declared shape.</summary>
    public static AuditedParams Of(JsonElement parameters, JsonTypeInfo shape)
    {
        if (ParamsReader.ByName(parameters) is not { } members)
            return None;
        var targets = new List<string>();
        return Finish(writer => WriteObject(writer, members, shape, targets), targets);
    }

    /// <summary>Of parameters known by their names: all are plain values or lists of them.</summary>
    /// <param name="parameters">By name, or in the order of <paramref name="names"/>.</param>
    /// <param name="names">All.</param>
    /// <param name="targets">Those that name what the call is about.</param>
    public static AuditedParams Of(JsonElement parameters, IReadOnlyList<string> names, IReadOnlySet<string> targets)
    {
        var given = parameters.ValueKind switch
        {
            JsonValueKind.Array => names.Zip(parameters.EnumerateArray()),
            JsonValueKind.Object => names.Where(name => parameters.TryGetProperty(name, out _))
                .Select(name => (name, parameters.GetProperty(name))),
            _ => [],
        };
        var found = new List<string>();
        return Finish(
            writer =>
            {
                writer.WriteStartObject();
                foreach (var (name, value) in given)
                {
                    writer.WritePropertyName(name);
                    WriteAny(writer, value, targets.Contains(name) ? found : null);
                }
                writer.WriteEndObject();
            },
            found);
    }

    /// <summary>Shortens a text.</summary>
    public static string Shortened(string text, int most) => text.Length <= most ? text : $"{text.AsSpan(0, most)}…";

    private static AuditedParams Finish(Action<Utf8JsonWriter> write, List<string> targets)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Lenient))
            write(writer);
        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        string[] distinct = [.. targets.Distinct(StringComparer.Ordinal)];
        var target = string.Join(' ', distinct.Take(MostTargets))
            + (distinct.Length > MostTargets ? $" +{distinct.Length - MostTargets}" : "");
        return new AuditedParams(text == "{}" ? null : Shortened(text, MostCharacters), target.Length == 0 ? null : target);
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement value, JsonTypeInfo shape, List<string> targets)
    {
        writer.WriteStartObject();
        foreach (var property in shape.Properties)
        {
            if (!value.TryGetProperty(property.Name, out var given) || given.ValueKind == JsonValueKind.Null)
                continue;
            writer.WritePropertyName(property.Name);
            Write(writer, given, shape.Options.GetTypeInfo(property.PropertyType), property.Name, targets);
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, JsonTypeInfo shape, string name, List<string> targets)
    {
        if (shape.Type == typeof(ReadOnlyMemory<byte>) || shape.Type == typeof(byte[]))
            writer.WriteStringValue(value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes)
                ? $"({bytes.Length} bytes)" : "(no bytes)");
        else if (shape.Kind == JsonTypeInfoKind.Object && value.ValueKind == JsonValueKind.Object)
            WriteObject(writer, value, shape, targets);
        else if (shape.Kind == JsonTypeInfoKind.Enumerable && value.ValueKind == JsonValueKind.Array && shape.ElementType is { } element)
            WriteList(writer, value, (each) => Write(writer, each, shape.Options.GetTypeInfo(element), name, targets));
        else
            WriteAny(writer, value, IsTarget(Nullable.GetUnderlyingType(shape.Type) ?? shape.Type, name) ? targets : null);
    }

    private static bool IsTarget(Type type, string name) =>
        type == typeof(DeviceName) || type == typeof(NamespaceName) || type == typeof(IPAddress) || type == typeof(InterfaceAddress)
        || (type == typeof(Guid) && name is "port_id" or "network_id" or "router_id");

    private static void WriteAny(Utf8JsonWriter writer, JsonElement value, List<string>? targets)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                WriteList(writer, value, each => WriteAny(writer, each, targets));
                break;
            case JsonValueKind.Object:
                writer.WriteStringValue("(an object)");
                break;
            case JsonValueKind.String:
                var text = Shortened(value.GetString()!, MostText);
                targets?.Add(text);
                writer.WriteStringValue(text);
                break;
            default:
                writer.WriteRawValue(Shortened(value.GetRawText(), MostText), skipInputValidation: true);
                break;
        }
    }

    private static void WriteList(Utf8JsonWriter writer, JsonElement list, Action<JsonElement> write)
    {
        writer.WriteStartArray();
        foreach (var each in list.EnumerateArray().Take(MostElements))
            write(each);
        if (list.GetArrayLength() > MostElements)
            writer.WriteStringValue($"({list.GetArrayLength() - MostElements} more)");
        writer.WriteEndArray();
    }
}
