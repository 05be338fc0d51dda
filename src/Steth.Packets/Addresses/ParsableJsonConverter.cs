using System.Text.Json;
using System.Text.Json.Serialization;

namespace Steth.Packets.Addresses;

/// <summary>A value whose JSON form is its text form, refused when the text does not parse.</summary>
public class ParsableJsonConverter<T> : JsonConverter<T>
    where T : ISpanParsable<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException($"expected a string ({typeof(T).Name})");
        try
        {
            return T.Parse(reader.GetString().AsSpan(), null);
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
