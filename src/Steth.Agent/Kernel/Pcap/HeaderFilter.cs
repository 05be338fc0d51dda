using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Steth.Contracts.Operations;

namespace Steth.Agent.Kernel.Pcap;

/// <summary>
/// Tells whether a capture filter decided about a frame by its headers alone. A filter sees the whole frame in the kernel: who gets headers
/// only could otherwise ask for frames whose payload has a certain octet and read it by what comes. So the filter's program is run again
/// over what is handed out of a frame, and the frame is told of only when no way through the program looks further.
/// </summary>
/// <remarks>
/// Classic BPF (Linux Documentation/networking/filter.rst). The kernel keeps the outermost VLAN tag of most frames beside the data, and of
/// some within; both ways are tried, because libpcap has put the tag back by the time a frame is here.
/// </remarks>
internal sealed class HeaderFilter
{
    private const int ScratchWords = 16;
    private const int TagEnd = 16;
    private const uint Ancillary = unchecked((uint)-0x1000);
    private const uint PacketType = Ancillary + 4;
    private const uint VlanTag = Ancillary + 44;
    private const uint VlanTagPresent = Ancillary + 48;
    private const uint VlanProtocol = Ancillary + 60;
    private const uint Outgoing = 4;

    private readonly Instruction[] _program;

    /// <summary>Takes a program; an empty one accepts all.</summary>
    public HeaderFilter(ReadOnlySpan<Instruction> program) => _program = program.ToArray();

    /// <summary>The program that libpcap makes of a filter for the handle it was set on; the filter is known to be valid.</summary>
    public static unsafe HeaderFilter Of(PcapDevice device, string filter)
    {
        PcapNative.BpfProgram program;
        lock (PcapDevice.Compiling)
        {
            if (PcapNative.Compile(device.Incoming, &program, filter, 1, PcapNative.UnknownNetmask) < 0)
                throw new InvalidOperationException($"{filter}: {PcapDevice.Text(PcapNative.LastError(device.Incoming))}");
        }
        try
        {
            return new HeaderFilter(new ReadOnlySpan<Instruction>((void*)program.Instructions, (int)program.Length));
        }
        finally
        {
            PcapNative.FreeCode(&program);
        }
    }

    /// <summary>Whether the filter looks at nothing but these headers.</summary>
    /// <param name="headers">The first bytes of the frame, its tag in place.</param>
    /// <param name="length">Of the whole frame.</param>
    /// <param name="direction">Which way it goes.</param>
    public bool LooksAtHeadersOnly(ReadOnlySpan<byte> headers, int length, FrameDirection direction)
    {
        if (!Ends(new Frame(headers, (uint)length, direction, null)))
            return false;
        if (headers.Length < TagEnd + 2 || headers[12] != 0x81 && headers[12] != 0x88 || headers[13] is not (0 or 0xa8))
            return true;
        Span<byte> untagged = stackalloc byte[headers.Length - 4];
        headers[..12].CopyTo(untagged);
        headers[TagEnd..].CopyTo(untagged[12..]);
        var tag = BinaryPrimitives.ReadUInt32BigEndian(headers[12..]);
        return Ends(new Frame(untagged, (uint)length - 4, direction, tag));
    }

    /// <returns>False when it looks at what is not there, or does what libpcap's programs do not.</returns>
    private bool Ends(Frame frame)
    {
        Span<uint> scratch = stackalloc uint[ScratchWords];
        scratch.Clear();
        uint a = 0, x = 0;
        for (var at = 0; at < _program.Length; at++)
        {
            var (code, k) = (_program[at].Code, _program[at].K);
            var operand = (code & 8) != 0 ? x : k;
            switch (code & 7)
            {
                case 0 when (code & 0xe0) == 0x60 && k < ScratchWords:
                    a = scratch[(int)k];
                    break;
                case 0 when !Load(frame, code, k, x, ref a):
                    return false;
                case 1 when (code & 0xe0) == 0xa0:
                    if (!frame.Byte(k, out var head))
                        return false;
                    x = 4 * (head & 0xf);
                    break;
                case 1 when (code & 0xe0) == 0x60 && k < ScratchWords:
                    x = scratch[(int)k];
                    break;
                case 1 when !Load(frame, code, k, 0, ref x):
                    return false;
                case 2 or 3 when k < ScratchWords:
                    scratch[(int)k] = (code & 7) == 2 ? a : x;
                    break;
                case 4:
                    if (!Calculate(code, operand, ref a))
                        return false;
                    break;
                case 5:
                    var jump = (code & 0xf0) switch
                    {
                        0x00 => k,
                        0x10 => a == operand ? _program[at].IfTrue : _program[at].IfFalse,
                        0x20 => a > operand ? _program[at].IfTrue : _program[at].IfFalse,
                        0x30 => a >= operand ? _program[at].IfTrue : _program[at].IfFalse,
                        _ => (a & operand) != 0 ? _program[at].IfTrue : (uint)_program[at].IfFalse,
                    };
                    at += (int)Math.Min(jump, (uint)_program.Length);
                    break;
                case 6:
                    return true;
                case 7:
                    if ((code & 0xf8) == 0)
                        x = a;
                    else
                        a = x;
                    break;
                case 2 or 3:
                    return false;
            }
        }
        return _program.Length == 0;
    }

    private static bool Load(Frame frame, int code, uint k, uint x, ref uint value)
    {
        switch (code & 0xe0)
        {
            case 0x00:
                value = k;
                return true;
            case 0x80:
                value = frame.Length;
                return true;
            case 0x20 when k >= Ancillary:
                return frame.Beside(k, ref value);
            case 0x20:
                return frame.Read(k, code & 0x18, ref value);
            case 0x40:
                return frame.Read((ulong)x + k, code & 0x18, ref value);
            default:
                return false;
        }
    }

    private static bool Calculate(int code, uint operand, ref uint a)
    {
        if ((code & 0xf0) is 0x30 or 0x90 && operand == 0)
            return false;
        a = (code & 0xf0) switch
        {
            0x00 => a + operand,
            0x10 => a - operand,
            0x20 => a * operand,
            0x30 => a / operand,
            0x40 => a | operand,
            0x50 => a & operand,
            0x60 => operand < 32 ? a << (int)operand : 0,
            0x70 => operand < 32 ? a >> (int)operand : 0,
            0x80 => (uint)-(int)a,
            0x90 => a % operand,
            _ => a ^ operand,
        };
        return true;
    }

    /// <summary>struct sock_filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint K);

    /// <summary>A frame as a program sees it.</summary>
    private readonly ref struct Frame(ReadOnlySpan<byte> kept, uint length, FrameDirection direction, uint? tag)
    {
        private readonly ReadOnlySpan<byte> _kept = kept;

        public uint Length => length;

        public bool Byte(uint at, out uint value)
        {
            value = 0;
            return Read(at, 0x10, ref value);
        }

        public bool Read(ulong at, int size, ref uint value)
        {
            var bytes = size switch { 0x00 => 4u, 0x08 => 2u, _ => 1u };
            // What is behind the frame's end reads as nothing there, whatever the frame carries.
            if (at + bytes > (ulong)_kept.Length)
                return false;
            var from = _kept[(int)at..];
            value = bytes switch
            {
                4 => BinaryPrimitives.ReadUInt32BigEndian(from),
                2 => BinaryPrimitives.ReadUInt16BigEndian(from),
                _ => from[0],
            };
            return true;
        }

        public bool Beside(uint what, ref uint value)
        {
            uint? found = what switch
            {
                PacketType => direction == FrameDirection.Out ? Outgoing : 0,
                VlanTag => tag & 0xffff ?? 0,
                VlanTagPresent => tag is null ? 0u : 1u,
                VlanProtocol => tag >> 16 ?? 0,
                _ => null,
            };
            value = found ?? 0;
            return found is not null;
        }
    }
}
