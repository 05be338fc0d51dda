using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Steth.OpenStack.Neutron;

/// <summary>An address, null when the text is none.</summary>
internal sealed class IpAddressConverter : JsonConverter<IPAddress?>
{
    /// <inheritdoc/>
    public override IPAddress? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Parse(reader.GetString()) : throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IPAddress? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value?.ToString());

    /// <summary>The address in a text; <c>10</c> and <c>0x7f.1</c>, which the BCL takes, are none.</summary>
    public static IPAddress? Parse(string? text) =>
        IPAddress.TryParse(text, out var address) && (text.Contains(':', StringComparison.Ordinal) || text == address.ToString())
            ? address
            : null;
}
