using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Steth.OpenStack.Neutron;

/// <summary>
/// A time: <c>2026-11-22 00:50:21</c> of agents, <c>2026-11-22T00:51:53Z</c> elsewhere, both UTC; null when the text is none.
/// </summary>
internal sealed class TimestampConverter : JsonConverter<DateTimeOffset?>
{
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    /// <inheritdoc/>
    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String => DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, Utc, out var time)
                ? time
                : null,
            JsonTokenType.Null => null,
            _ => throw new JsonException(),
        };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value?.ToString("O", CultureInfo.InvariantCulture));
}
