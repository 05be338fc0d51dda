using System.Buffers.Binary;

namespace Steth.Packets.Probe;

/// <summary>
/// The payload of Steth's own probe frame (EtherType 0x88b5): "STETH", a version octet, the mark and the sequence, both 32 bits in
/// network order. Nothing answers it; a device that saw it has it in its capture.
/// </summary>
public readonly record struct ProbeMessage
{
    /// <summary>Bytes of a probe.</summary>
    public const int Length = 14;

    /// <summary>The version this code writes and reads.</summary>
    public const byte Version = 1;

    private static ReadOnlySpan<byte> Magic => "STETH"u8;

    /// <summary>Tells one run's probes from another's.</summary>
    public required uint Mark { get; init; }

    /// <summary>Counts the probes of a run.</summary>
    public required uint Sequence { get; init; }

    /// <summary>Reads a probe.</summary>
    /// <returns>False when it is cut, of somebody else, or of another version.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ProbeMessage probe)
    {
        probe = default;
        if (bytes.Length < Length || !bytes.StartsWith(Magic) || bytes[Magic.Length] != Version)
            return false;
        probe = new ProbeMessage
        {
            Mark = BinaryPrimitives.ReadUInt32BigEndian(bytes[6..]),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(bytes[10..]),
        };
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        Magic.CopyTo(destination);
        destination[Magic.Length] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(destination[6..], Mark);
        BinaryPrimitives.WriteUInt32BigEndian(destination[10..], Sequence);
    }
}
