using System.Buffers.Binary;

namespace Steth.Packets.Ethernet;

/// <summary>One VLAN tag as it stands on the wire.</summary>
public readonly record struct VlanTag
{
    /// <summary>Bytes of a tag, its EtherType included.</summary>
    public const int Length = 4;

    /// <summary>802.1Q or 802.1ad.</summary>
    public required EtherType Protocol { get; init; }

    /// <summary>VLAN id, 0–4095: 0 is a priority tag, 4095 reserved.</summary>
    public required ushort Id { get; init; }

    /// <summary>Priority code point, 0–7.</summary>
    public byte Priority { get; init; }

    /// <summary>Drop eligible indicator.</summary>
    public bool DropEligible { get; init; }

    /// <summary>Whether a tag begins with this EtherType.</summary>
    public static bool IsTag(EtherType type) => type is EtherType.Vlan or EtherType.ServiceVlan;

    /// <summary>Reads a tag that begins with its EtherType.</summary>
    /// <returns>False when it is not a tag or is cut.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out VlanTag tag)
    {
        tag = default;
        if (bytes.Length < Length || !IsTag((EtherType)BinaryPrimitives.ReadUInt16BigEndian(bytes)))
            return false;
        var control = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        tag = new VlanTag
        {
            Protocol = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(bytes),
            Id = (ushort)(control & 0xfff),
            Priority = (byte)(control >> 13),
            DropEligible = (control >> 12 & 1) == 1,
        };
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)Protocol);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(Priority << 13 | (DropEligible ? 1 : 0) << 12 | Id & 0xfff));
    }
}
