using System.Buffers.Binary;

namespace Steth.Packets.Probe;

/// <summary>
/// The payload of a probe that tells which VLANs cross a fabric (EtherType 0x88b5): "STETH", a version octet, the run's mark (32 bits),
/// the sender's number and the VLAN it was sent in (16 bits each), its kind and its copy (8 bits each), in network order. The VLAN stands
/// in the payload so that a frame which arrives in another one gives itself away.
/// </summary>
public readonly record struct VlanProbeMessage
{
    /// <summary>Bytes of a probe.</summary>
    public const int Length = 16;

    /// <summary>The version this code writes and reads; 1 is <see cref="ProbeMessage"/>.</summary>
    public const byte Version = 2;

    private static ReadOnlySpan<byte> Magic => "STETH"u8;

    /// <summary>Tells one run's probes from another's.</summary>
    public required uint Mark { get; init; }

    /// <summary>Which of the run's senders.</summary>
    public required ushort Sender { get; init; }

    /// <summary>The outer VLAN it was sent in, 1–4094; 0: untagged.</summary>
    public required ushort Vlan { get; init; }

    /// <summary>How it was made: plain, with two tags, as large as the MTU; the operation says which number is which.</summary>
    public required byte Kind { get; init; }

    /// <summary>Counts the repetitions.</summary>
    public required byte Copy { get; init; }

    /// <summary>Reads a probe.</summary>
    /// <returns>False when it is cut, of somebody else, or of another version.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out VlanProbeMessage probe)
    {
        probe = default;
        if (bytes.Length < Length || !bytes.StartsWith(Magic) || bytes[Magic.Length] != Version)
            return false;
        probe = new VlanProbeMessage
        {
            Mark = BinaryPrimitives.ReadUInt32BigEndian(bytes[6..]),
            Sender = BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]),
            Vlan = BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]),
            Kind = bytes[14],
            Copy = bytes[15],
        };
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        Magic.CopyTo(destination);
        destination[Magic.Length] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(destination[6..], Mark);
        BinaryPrimitives.WriteUInt16BigEndian(destination[10..], Sender);
        BinaryPrimitives.WriteUInt16BigEndian(destination[12..], Vlan);
        destination[14] = Kind;
        destination[15] = Copy;
    }
}
