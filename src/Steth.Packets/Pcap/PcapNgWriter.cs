using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Steth.Packets.Pcap;

/// <summary>
/// Writes a pcapng file (draft-ietf-opsawg-pcapng) of one section, little endian, time stamps in nanoseconds. An interface can be
/// added at any time before its first frame. Each call writes whole blocks, so a file whose writer died is readable up to there.
/// Not for several threads at once.
/// </summary>
public sealed class PcapNgWriter
{
    private const byte NanosecondResolution = 9;
    private const int NanosecondsPerTick = 100;

    private readonly Stream _stream;
    private readonly ArrayBufferWriter<byte> _block = new();
    private int _interfaces;

    /// <summary>Begins a file on <paramref name="stream"/>, which stays the caller's to close.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="application">Who writes: <c>steth 0.1.0</c>.</param>
    /// <param name="operatingSystem">Where it was captured; null: left out.</param>
    /// <param name="hardware">On what; null: left out.</param>
    public PcapNgWriter(Stream stream, string application, string? operatingSystem = null, string? hardware = null)
    {
        _stream = stream;
        PutUInt32(PcapNgFormat.ByteOrderMagic);
        PutUInt16(1);
        PutUInt16(0);
        PutUInt64(ulong.MaxValue);
        PutText(PcapNgFormat.SectionHardware, hardware);
        PutText(PcapNgFormat.SectionSystem, operatingSystem);
        PutText(PcapNgFormat.SectionApplication, application);
        PutEndOfOptions();
        WriteBlock(PcapNgFormat.SectionHeader);
    }

    /// <summary>Adds an interface.</summary>
    /// <returns>Its index, which frames name.</returns>
    public int AddInterface(PcapInterface description)
    {
        ArgumentNullException.ThrowIfNull(description);
        PutUInt16((ushort)description.LinkType);
        PutUInt16(0);
        PutUInt32((uint)description.SnapLength);
        PutText(PcapNgFormat.InterfaceName, description.Name);
        PutText(PcapNgFormat.InterfaceDescriptionText, description.Description);
        PutOption(PcapNgFormat.TimestampResolution, [NanosecondResolution]);
        PutEndOfOptions();
        WriteBlock(PcapNgFormat.InterfaceDescription);
        return _interfaces++;
    }

    /// <summary>Adds a frame.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Its interface was not added.</exception>
    public void Write(PcapFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentOutOfRangeException.ThrowIfNegative(frame.Interface);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame.Interface, _interfaces);
        var nanoseconds = (ulong)(frame.At - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;
        PutUInt32((uint)frame.Interface);
        PutUInt32((uint)(nanoseconds >> 32));
        PutUInt32((uint)nanoseconds);
        PutUInt32((uint)frame.Data.Length);
        PutUInt32((uint)frame.Length);
        PutPadded(frame.Data.Span);
        if (frame.Direction != PcapDirection.Unknown)
        {
            Span<byte> flags = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(flags, (uint)frame.Direction);
            PutOption(PcapNgFormat.PacketFlags, flags);
        }
        PutText(PcapNgFormat.Comment, frame.Comment);
        if (frame.Direction != PcapDirection.Unknown || frame.Comment is not null)
            PutEndOfOptions();
        WriteBlock(PcapNgFormat.EnhancedPacket);
    }

    /// <summary>Hands everything written so far to the operating system.</summary>
    public void Flush() => _stream.Flush();

    private void WriteBlock(uint type)
    {
        var length = _block.WrittenCount + PcapNgFormat.BlockOverhead;
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(head, type);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)length);
        _stream.Write(head);
        _stream.Write(_block.WrittenSpan);
        _stream.Write(head[4..]);
        _block.ResetWrittenCount();
    }

    private void PutText(ushort code, string? text)
    {
        if (text is null)
            return;
        var bytes = Encoding.UTF8.GetBytes(text);
        PutOption(code, bytes.AsSpan(0, Math.Min(bytes.Length, ushort.MaxValue)));
    }

    private void PutOption(ushort code, ReadOnlySpan<byte> value)
    {
        PutUInt16(code);
        PutUInt16((ushort)value.Length);
        PutPadded(value);
    }

    private void PutEndOfOptions() => PutUInt32(PcapNgFormat.EndOfOptions);

    private void PutPadded(ReadOnlySpan<byte> bytes)
    {
        _block.Write(bytes);
        _block.Write("\0\0\0"u8[..(PcapNgFormat.Pad(bytes.Length) - bytes.Length)]);
    }

    private void PutUInt16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        _block.Write(bytes);
    }

    private void PutUInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _block.Write(bytes);
    }

    private void PutUInt64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _block.Write(bytes);
    }
}
