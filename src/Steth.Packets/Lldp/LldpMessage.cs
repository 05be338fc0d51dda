using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using Steth.Packets.Addresses;

namespace Steth.Packets.Lldp;

/// <summary>An LLDP data unit (IEEE 802.1AB-2016, 8): what a switch says of itself and of the port it is sent by.</summary>
public sealed record LldpMessage
{
    private const int ChassisIdType = 1;
    private const int PortIdType = 2;
    private const int TimeToLiveType = 3;
    private const int PortDescriptionType = 4;
    private const int SystemNameType = 5;
    private const int SystemDescriptionType = 6;
    private const int OrganizationType = 127;

    // IEEE 802.1Q-2018, D.2: port VLAN id and VLAN name; IEEE 802.3-2018, 79.3.4: maximum frame size. OUI and subtype.
    private const uint PortVlan = 0x0080c201;
    private const uint VlanName = 0x0080c203;
    private const uint MaximumFrameSize = 0x00120f04;

    private const int MacSubtypeOfChassis = 4;
    private const int AddressSubtypeOfChassis = 5;
    private const int MacSubtypeOfPort = 3;
    private const int AddressSubtypeOfPort = 4;

    /// <summary>The group address LLDP is sent to; bridges do not forward it.</summary>
    public static MacAddress NearestBridge { get; } = MacAddress.Parse("01:80:c2:00:00:0e");

    /// <summary>The chassis: a MAC, an address or a name, as its subtype says (8.5.2).</summary>
    public required string ChassisId { get; init; }

    /// <summary>The port: a name, a MAC or a number, as its subtype says (8.5.3).</summary>
    public required string PortId { get; init; }

    /// <summary>How long this holds, in seconds; 0: the neighbour is leaving.</summary>
    public required int TimeToLiveSeconds { get; init; }

    /// <summary>The port's description; null: not told.</summary>
    public string? PortDescription { get; init; }

    /// <summary>The system's name; null: not told.</summary>
    public string? SystemName { get; init; }

    /// <summary>The system's description; null: not told.</summary>
    public string? SystemDescription { get; init; }

    /// <summary>The VLAN of untagged frames, 1–4094; null: not told, or 0: none.</summary>
    public int? PortVlanId { get; init; }

    /// <summary>VLANs the port is told to carry, by id; empty: not told.</summary>
    public IReadOnlyDictionary<int, string> Vlans { get; init; } = new Dictionary<int, string>();

    /// <summary>The longest frame in bytes; null: not told.</summary>
    public int? MaxFrameSize { get; init; }

    /// <summary>Reads what follows the EtherType. What is behind a damaged part is left out; never throws.</summary>
    /// <returns>False when it does not begin with chassis, port and time to live, or these are cut (8.2).</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out LldpMessage? message)
    {
        message = null;
        if (!TryNext(ref bytes, out var type, out var value) || type != ChassisIdType || value.Length < 2)
            return false;
        var chassis = Id(value, MacSubtypeOfChassis, AddressSubtypeOfChassis);
        if (!TryNext(ref bytes, out type, out value) || type != PortIdType || value.Length < 2)
            return false;
        var port = Id(value, MacSubtypeOfPort, AddressSubtypeOfPort);
        if (!TryNext(ref bytes, out type, out value) || type != TimeToLiveType || value.Length < 2)
            return false;
        message = new LldpMessage { ChassisId = chassis, PortId = port, TimeToLiveSeconds = BinaryPrimitives.ReadUInt16BigEndian(value) };
        var vlans = new Dictionary<int, string>();
        while (TryNext(ref bytes, out type, out value) && type != 0)
            message = message.With(type, value, vlans);
        message = message with { Vlans = vlans };
        return true;
    }

    private LldpMessage With(int type, ReadOnlySpan<byte> value, Dictionary<int, string> vlans)
    {
        switch (type)
        {
            case PortDescriptionType:
                return this with { PortDescription = Text(value) };
            case SystemNameType:
                return this with { SystemName = Text(value) };
            case SystemDescriptionType:
                return this with { SystemDescription = Text(value) };
            case OrganizationType when value.Length >= 6:
                var (kind, number) = (BinaryPrimitives.ReadUInt32BigEndian(value), (int)BinaryPrimitives.ReadUInt16BigEndian(value[4..]));
                if (kind == PortVlan)
                    return this with { PortVlanId = VlanId.IsValid(number) ? number : null };
                if (kind == MaximumFrameSize)
                    return this with { MaxFrameSize = number };
                if (kind == VlanName && VlanId.IsValid(number))
                    vlans[number] = value.Length > 7 ? Text(value.Slice(7, Math.Min(value[6], value.Length - 7))) ?? "" : "";
                return this;
            default:
                return this;
        }
    }

    // Seven bits of type, nine of length (8.4).
    private static bool TryNext(ref ReadOnlySpan<byte> rest, out int type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (rest.Length < 2)
            return false;
        var head = BinaryPrimitives.ReadUInt16BigEndian(rest);
        var length = head & 0x1ff;
        if (rest.Length < 2 + length)
            return false;
        type = head >> 9;
        value = rest.Slice(2, length);
        rest = rest[(2 + length)..];
        return true;
    }

    private static string Id(ReadOnlySpan<byte> value, int macSubtype, int addressSubtype)
    {
        var subtype = value[0];
        var id = value[1..];
        if (subtype == macSubtype && id.Length == MacAddress.Length)
            return MacAddress.FromBytes(id).ToString();
        // An address is preceded by its family (IANA address family numbers).
        if (subtype == addressSubtype && id is [1, .. { Length: 4 }] or [2, .. { Length: 16 }])
            return new IPAddress(id[1..]).ToString();
        return Text(id) ?? Convert.ToHexStringLower(id);
    }

    // Null when it is empty or nothing a person could read.
    private static string? Text(ReadOnlySpan<byte> value)
    {
        var text = Encoding.UTF8.GetString(value).TrimEnd('\0');
        return text.Length == 0 || text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t') || c == '\ufffd') ? null : text;
    }
}
