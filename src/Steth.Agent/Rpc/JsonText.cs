using System.Text.Json;

namespace Steth.Agent.Rpc;

/// <summary>
/// JSON's grammar takes half a surrogate pair, written <c>"\ud800"</c>, for a string (RFC 8259 section 8.2); .NET's reader throws
/// when such a name or string is first looked at, wherever that is. So it is refused at the door.
/// </summary>
internal static class JsonText
{
    /// <summary>Whether every name and string in a document is text.</summary>
    /// <param name="body">The document's bytes, valid UTF-8.</param>
    /// <param name="root">The document.</param>
    public static bool IsText(ReadOnlySpan<byte> body, JsonElement root)
    {
        if (body.IndexOf("\\ud"u8) < 0 && body.IndexOf("\\uD"u8) < 0)
            return true;
        try
        {
            ReadAll(root);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void ReadAll(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var inner in element.EnumerateArray())
                    ReadAll(inner);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    ReadAll(member.Value);
                }
                break;
        }
    }
}
