using System.Buffers.Binary;

namespace Steth.Packets.Probe;

/// <summary>
/// The UDP payload of a probe between two nodes and of its answer, all numbers in network order: kind (32 bits), token (64), sequence
/// (32), key (32), and in the answer when the reflector received and sent (64 each, 100 ns since 1970); in a request
/// they are 0. Any padding follows.
/// </summary>
public readonly record struct ReflectedProbe
{
    /// <summary>Bytes before the padding; a request is as long as its answer at least.</summary>
    public const int Length = 36;

    /// <summary>"STE" and a version; the low octet tells the kind.</summary>
    private const uint Magic = 0x53544500;

    /// <summary>What it is.</summary>
    public required ReflectedProbeKind Kind { get; init; }

    /// <summary>The run's.</summary>
    public required ulong Token { get; init; }

    /// <summary>Counts the probes to one target.</summary>
    public required uint Sequence { get; init; }

    /// <summary>The prober's own; comes back as it was.</summary>
    public required uint Key { get; init; }

    /// <summary>When the reflector received it, by its own clock.</summary>
    public long ReceivedAt { get; init; }

    /// <summary>When the reflector answered, by its own clock.</summary>
    public long AnsweredAt { get; init; }

    /// <summary>Reads one.</summary>
    /// <returns>False when it is cut or of somebody else.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ReflectedProbe probe)
    {
        probe = default;
        if (bytes.Length < Length)
            return false;
        var head = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var kind = (ReflectedProbeKind)(head & 0xff);
        if ((head & ~0xffu) != Magic || kind is < ReflectedProbeKind.Greeting or > ReflectedProbeKind.Answer)
            return false;
        probe = new ReflectedProbe
        {
            Kind = kind,
            Token = BinaryPrimitives.ReadUInt64BigEndian(bytes[4..]),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
            Key = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
            ReceivedAt = BinaryPrimitives.ReadInt64BigEndian(bytes[20..]),
            AnsweredAt = BinaryPrimitives.ReadInt64BigEndian(bytes[28..]),
        };
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Magic | (uint)Kind);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[4..], Token);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], Key);
        BinaryPrimitives.WriteInt64BigEndian(bytes[20..], ReceivedAt);
        BinaryPrimitives.WriteInt64BigEndian(bytes[28..], AnsweredAt);
    }
}
