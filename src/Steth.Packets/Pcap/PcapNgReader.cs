using System.Buffers.Binary;
using System.Text;

namespace Steth.Packets.Pcap;

/// <summary>Reads pcapng (draft-ietf-opsawg-pcapng): sections, interfaces, enhanced and simple packets; other blocks are skipped.</summary>
internal sealed class PcapNgReader
{
    private static readonly ulong LastSecond = (ulong)(DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).TotalSeconds - 1;

    private readonly List<PcapInterface> _interfaces = [];
    private readonly List<ulong> _unitsPerSecond = [];
    private readonly List<PcapFrame> _frames = [];
    private int _sectionStart;
    private bool _bigEndian;

    public PcapFile Read(ReadOnlySpan<byte> file)
    {
        var at = 0;
        while (file.Length - at >= PcapNgFormat.BlockOverhead)
        {
            var rest = file[at..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(rest) == PcapNgFormat.SectionHeader)
                BeginSection(rest, at);
            var type = UInt32(rest);
            var length = UInt32(rest[4..]);
            if (length < PcapNgFormat.BlockOverhead || length % 4 != 0)
                throw new FormatException($"The pcapng block at offset {at} says it has {length} bytes, which cannot be.");
            if (length > rest.Length)
                break;
            ReadBlock(type, rest[8..((int)length - 4)], at);
            at += (int)length;
        }
        return new PcapFile { Interfaces = _interfaces, Frames = _frames, Truncated = at < file.Length };
    }

    private void BeginSection(ReadOnlySpan<byte> block, int at)
    {
        _bigEndian = BinaryPrimitives.ReadUInt32BigEndian(block[8..]) == PcapNgFormat.ByteOrderMagic;
        if (!_bigEndian && BinaryPrimitives.ReadUInt32LittleEndian(block[8..]) != PcapNgFormat.ByteOrderMagic)
            throw new FormatException($"The pcapng section at offset {at} has no byte order mark.");
        _sectionStart = _interfaces.Count;
    }

    private void ReadBlock(uint type, ReadOnlySpan<byte> body, int at)
    {
        switch (type)
        {
            case PcapNgFormat.InterfaceDescription when body.Length >= 8:
                ReadInterface(body);
                break;
            case PcapNgFormat.EnhancedPacket when body.Length >= 20:
                ReadEnhancedPacket(body, at);
                break;
            case PcapNgFormat.SimplePacket when body.Length >= 4:
                ReadSimplePacket(body, at);
                break;
        }
    }

    private void ReadInterface(ReadOnlySpan<byte> body)
    {
        string? name = null;
        string? description = null;
        var unitsPerSecond = 1_000_000UL;
        for (var options = body[8..]; NextOption(ref options, out var code, out var value);)
        {
            if (code == PcapNgFormat.InterfaceName)
                name = Encoding.UTF8.GetString(value);
            else if (code == PcapNgFormat.InterfaceDescriptionText)
                description = Encoding.UTF8.GetString(value);
            else if (code == PcapNgFormat.TimestampResolution && value.Length == 1)
                unitsPerSecond = UnitsPerSecond(value[0]);
        }
        _unitsPerSecond.Add(unitsPerSecond);
        _interfaces.Add(new PcapInterface
        {
            Name = name,
            Description = description,
            LinkType = UInt16(body),
            SnapLength = (int)Math.Min(int.MaxValue, UInt32(body[4..])),
        });
    }

    private void ReadEnhancedPacket(ReadOnlySpan<byte> body, int at)
    {
        var captured = UInt32(body[12..]);
        if (captured > body.Length - 20)
            throw new FormatException($"The packet at offset {at} says it has {captured} bytes, more than its block holds.");
        var device = Interface(UInt32(body), at);
        var direction = PcapDirection.Unknown;
        string? comment = null;
        var padded = PcapNgFormat.Pad((int)captured);
        for (var options = body[Math.Min(body.Length, 20 + padded)..]; NextOption(ref options, out var code, out var value);)
        {
            if (code == PcapNgFormat.Comment)
                comment = Encoding.UTF8.GetString(value);
            else if (code == PcapNgFormat.PacketFlags && value.Length == 4)
                direction = (UInt32(value) & 3) is var bits and < 3 ? (PcapDirection)bits : PcapDirection.Unknown;
        }
        _frames.Add(new PcapFrame
        {
            Interface = device,
            At = Time((ulong)UInt32(body[4..]) << 32 | UInt32(body[8..]), _unitsPerSecond[device]),
            Length = (int)UInt32(body[16..]),
            Data = body.Slice(20, (int)captured).ToArray(),
            Direction = direction,
            Comment = comment,
        });
    }

    private void ReadSimplePacket(ReadOnlySpan<byte> body, int at)
    {
        var device = Interface(0, at);
        var length = (int)Math.Min(int.MaxValue, UInt32(body));
        var captured = Math.Min(length, body.Length - 4);
        if (_interfaces[device].SnapLength is > 0 and var snap)
            captured = Math.Min(captured, snap);
        _frames.Add(
            new PcapFrame { Interface = device, At = DateTimeOffset.UnixEpoch, Length = length, Data = body.Slice(4, captured).ToArray() });
    }

    private int Interface(uint index, int at)
    {
        var device = _sectionStart + (long)index;
        return device < _interfaces.Count
            ? (int)device
            : throw new FormatException(
                $"The packet at offset {at} names interface {index}, of which there are {_interfaces.Count - _sectionStart}.");
    }

    private bool NextOption(ref ReadOnlySpan<byte> options, out ushort code, out ReadOnlySpan<byte> value)
    {
        code = 0;
        value = default;
        if (options.Length < 4)
            return false;
        code = UInt16(options);
        var length = UInt16(options[2..]);
        if (code == PcapNgFormat.EndOfOptions || options.Length - 4 < length)
            return false;
        value = options.Slice(4, length);
        options = options[Math.Min(options.Length, 4 + PcapNgFormat.Pad(length))..];
        return true;
    }

    private static DateTimeOffset Time(ulong units, ulong unitsPerSecond)
    {
        var seconds = Math.Min(units / unitsPerSecond, LastSecond);
        var ticks = (UInt128)(units % unitsPerSecond) * TimeSpan.TicksPerSecond / unitsPerSecond;
        return DateTimeOffset.UnixEpoch.AddTicks((long)seconds * TimeSpan.TicksPerSecond + (long)ticks);
    }

    /// <summary>
    /// if_tsresol: a power of ten, or of two with the top bit set. What a 64-bit count cannot hold is taken as its nearest.
    /// </summary>
    private static ulong UnitsPerSecond(byte resolution)
    {
        var exponent = resolution & 127;
        return resolution < 128 ? (ulong)Math.Pow(10, Math.Min(exponent, 19)) : 1UL << Math.Min(exponent, 63);
    }

    private ushort UInt16(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint UInt32(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
