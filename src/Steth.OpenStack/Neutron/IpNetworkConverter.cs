using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Steth.OpenStack.Neutron;

/// <summary>
/// A prefix, null when the text is none; host bits are cleared as Neutron's firewall does, an address alone has its full length.
/// </summary>
internal sealed class IpNetworkConverter : JsonConverter<IPNetwork?>
{
    /// <inheritdoc/>
    public override IPNetwork? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => Parse(reader.GetString()!),
        JsonTokenType.Null => null,
        _ => throw new JsonException(),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IPNetwork? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value?.ToString());

    private static IPNetwork? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (IpAddressConverter.Parse(slash < 0 ? text : text[..slash]) is not { } address)
            return null;
        var bytes = address.GetAddressBytes();
        var length = bytes.Length * 8;
        if (slash >= 0
            && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length)
                || length > bytes.Length * 8))
            return null;
        for (var bit = length; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), length);
    }
}
