using System.Buffers.Binary;
using Steth.Packets.Addresses;

namespace Steth.Packets.Ethernet;

/// <summary>Addresses, tags and type of an Ethernet II frame.</summary>
public readonly record struct EthernetHeader
{
    /// <summary>Shortest frame without its checksum (802.3, 3.2.8).</summary>
    public const int MinFrameLength = 60;

    private const int AddressesLength = 2 * MacAddress.Length;

    /// <summary>To whom.</summary>
    public required MacAddress Destination { get; init; }

    /// <summary>From whom.</summary>
    public required MacAddress Source { get; init; }

    /// <summary>Tags, outermost first.</summary>
    public IReadOnlyList<VlanTag> Tags { get; init; } = [];

    /// <summary>What follows the last tag; below 0x0600 it is an 802.3 length.</summary>
    public required EtherType Type { get; init; }

    /// <summary>Makes an untagged header.</summary>
    public EthernetHeader()
    {
    }

    /// <summary>Bytes before the payload.</summary>
    public int Length => AddressesLength + VlanTag.Length * Tags.Count + 2;

    /// <summary>Reads a header. The payload begins at <see cref="Length"/>.</summary>
    /// <returns>False when the frame is cut within it.</returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, out EthernetHeader header)
    {
        header = default;
        if (frame.Length < AddressesLength + 2)
            return false;
        List<VlanTag>? tags = null;
        var rest = frame[AddressesLength..];
        while (VlanTag.TryParse(rest, out var tag))
        {
            (tags ??= []).Add(tag);
            rest = rest[VlanTag.Length..];
        }
        if (rest.Length < 2)
            return false;
        var type = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (VlanTag.IsTag(type))
            return false;
        header = new EthernetHeader
        {
            Destination = MacAddress.FromBytes(frame),
            Source = MacAddress.FromBytes(frame[MacAddress.Length..]),
            Tags = tags is null ? [] : tags,
            Type = type,
        };
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        Destination.CopyTo(destination);
        Source.CopyTo(destination[MacAddress.Length..]);
        var at = AddressesLength;
        foreach (var tag in Tags)
        {
            tag.Write(destination[at..]);
            at += VlanTag.Length;
        }
        BinaryPrimitives.WriteUInt16BigEndian(destination[at..], (ushort)Type);
    }
}
