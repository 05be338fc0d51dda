using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Steth.Packets.Addresses;

/// <summary>A usable IEEE 802.1Q VLAN id, 1–4094 (0 is priority-tagged, 4095 reserved: 802.1Q table 9-2). A number in JSON.</summary>
[JsonConverter(typeof(VlanIdJsonConverter))]
public readonly record struct VlanId : ISpanParsable<VlanId>, IComparable<VlanId>
{
    /// <summary>Makes an id.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 1–4094.</exception>
    public VlanId(int value)
    {
        if (!IsValid(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "A VLAN id is 1-4094.");
        Value = (ushort)value;
    }

    /// <summary>1–4094; 0 only for a default-initialised value.</summary>
    public ushort Value { get; }

    /// <summary>Whether <paramref name="value"/> is 1–4094.</summary>
    public static bool IsValid(int value) => value is >= 1 and <= 4094;

    /// <inheritdoc/>
    public static VlanId Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static VlanId Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not a VLAN id; expected 1-4094.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out VlanId result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out VlanId result)
    {
        result = default;
        if (!int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || !IsValid(value))
            return false;
        result = new VlanId(value);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(VlanId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Order by number.</summary>
    public static bool operator <(VlanId left, VlanId right) => left.Value < right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator >(VlanId left, VlanId right) => left.Value > right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator <=(VlanId left, VlanId right) => left.Value <= right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator >=(VlanId left, VlanId right) => left.Value >= right.Value;
}

/// <summary>Writes a <see cref="VlanId"/> as a JSON number and refuses any outside 1–4094.</summary>
public sealed class VlanIdJsonConverter : JsonConverter<VlanId>
{
    /// <inheritdoc/>
    public override VlanId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var value) && VlanId.IsValid(value)
            ? new VlanId(value)
            : throw new JsonException("expected a VLAN id, 1-4094");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, VlanId value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}
