using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Steth.OpenStack.Transport;

/// <summary>Reads answers that may be anything.</summary>
internal static class ApiJson
{
    /// <summary>Reads an answer that is a JSON object.</summary>
    public static T Read<T>(ApiAnswer answer, Func<JsonElement, T> read)
    {
        var text = answer.Body.Span.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty || text[0] != (byte)'{')
            throw NotOpenStack(answer.Service, text.IsEmpty ? "it answers nothing" : "it does not answer JSON");
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is no Unicode, found out only when it is asked for.
            throw new OpenStackException(
                OpenStackFailure.BadAnswer, $"{answer.Service} answered JSON that is broken or cut off.")
            { IsServiceDown = true };
        }
    }

    /// <summary>A text member; null when the element has none.</summary>
    public static string? Text(JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A member of an answer; <paramref name="where"/> is its path for messages.</summary>
    public static T Read<T>(ApiPlace place, JsonElement element, JsonTypeInfo<T> type, string where)
        where T : class
    {
        try
        {
            return element.Deserialize(type) ?? throw Unexpected(place, where);
        }
        catch (JsonException e)
        {
            throw Unexpected(place, where + e.Path?.TrimStart('$'));
        }
    }

    /// <summary>It speaks HTTP, but not ours.</summary>
    public static OpenStackException NotOpenStack(ApiPlace place, string sign) =>
        new(OpenStackFailure.NotOpenStack,
            $"Something answers in place of {place}, but it is not {place.Service}: {sign}.")
        { IsServiceDown = true };

    /// <summary>A member is missing or of the wrong type.</summary>
    public static OpenStackException Unexpected(ApiPlace place, string where) =>
        new(OpenStackFailure.BadAnswer, $"{place} answered something unexpected at {Line(where)}.") { IsServiceDown = true };

    /// <summary>An error answer in one sentence; <paramref name="secrets"/> are struck out of the service's words.</summary>
    public static OpenStackException Refused(ApiAnswer answer, OpenStackFailure kind, string what, params ReadOnlySpan<Secret?> secrets)
    {
        var said = Said(answer);
        foreach (var secret in secrets)
        {
            if (secret?.Reveal() is { Length: > 0 } text)
                said = said?.Replace(text, "***", StringComparison.Ordinal);
        }
        var status = FormattableString.Invariant($"{(int)answer.Status}");
        return new OpenStackException(kind, $"{answer.Service} {what} ({status}{(said is null ? "" : $": {Line(said)}")}).")
        {
            IsServiceDown = (int)answer.Status >= 500,
        };
    }

    // {"error": {"message"}} of Keystone, {"NeutronError": {"message"}} of Neutron; older ones have a text instead of the object.
    private static string? Said(ApiAnswer answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            foreach (var name in (ReadOnlySpan<string>)["NeutronError", "error"])
            {
                if (!document.RootElement.TryGetProperty(name, out var error))
                    continue;
                if (error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message))
                    error = message;
                if (error.ValueKind == JsonValueKind.String)
                    return error.GetString() is { Length: > 0 } text ? text.TrimEnd('.', ' ', '\n') : null;
            }
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string that is no Unicode: it has said nothing we could repeat.
            return null;
        }
    }

    private static string Line(string text)
    {
        const int most = 300;
        var line = new StringBuilder(Math.Min(text.Length, most));
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, most)))
            line.Append(char.IsControl(c) ? ' ' : c);
        return line.Append(text.Length > most ? "…" : "").ToString();
    }
}
