using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Steth.Bench;

/// <summary>What the kernel can do: one tagged broadcast frame a VLAN, all handed over by sendmmsg(2), 64 a call.</summary>
internal static unsafe partial class FrameFlood
{
    private const int FrameLength = 60;
    private const int Batch = 64;

    /// <summary>Prints the seconds it took.</summary>
    public static void Run(string device, int vlans)
    {
        using var socket = new Socket(AddressFamily.Packet, SocketType.Raw, 0);
        // struct sockaddr_ll: family, protocol, index; the rest stays 0.
        Span<byte> address = stackalloc byte[20];
        BinaryPrimitives.WriteUInt16LittleEndian(address, 17);
        BinaryPrimitives.WriteInt32LittleEndian(address[4..], (int)IfNameToIndex(device));
        if (Bind(socket.SafeHandle, address, address.Length) != 0)
            throw new InvalidOperationException($"{device}: {Marshal.GetLastPInvokeErrorMessage()}");
        var frames = GC.AllocateArray<byte>(vlans * FrameLength, pinned: true);
        var start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(frames, 0);
        var segments = stackalloc Segment[Batch];
        var messages = stackalloc Message[Batch];
        for (var vlan = 1; vlan <= vlans; vlan++)
            Write(frames.AsSpan((vlan - 1) * FrameLength, FrameLength), vlan);
        var begin = Stopwatch.GetTimestamp();
        for (var next = 0; next < vlans;)
        {
            var count = Math.Min(Batch, vlans - next);
            for (var i = 0; i < count; i++)
            {
                segments[i] = new Segment { Start = start + (next + i) * FrameLength, Length = FrameLength };
                messages[i] = new Message { Segments = segments + i, SegmentCount = 1 };
            }
            var sent = SendMany(socket.SafeHandle, messages, (uint)count, 0);
            if (sent <= 0)
                throw new InvalidOperationException($"{device}: {Marshal.GetLastPInvokeErrorMessage()}");
            next += sent;
        }
        Console.WriteLine(Stopwatch.GetElapsedTime(begin).TotalSeconds.ToString("F6", CultureInfo.InvariantCulture));
    }

    private static void Write(Span<byte> frame, int vlan)
    {
        frame[..6].Fill(0xff);
        frame[6] = 2;
        BinaryPrimitives.WriteUInt32BigEndian(frame[12..], 0x81000000 | (uint)vlan);
        BinaryPrimitives.WriteUInt16BigEndian(frame[16..], 0x88b5);
    }

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint IfNameToIndex(string name);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeHandle socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static partial int SendMany(SafeHandle socket, Message* messages, uint count, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct Segment
    {
        public byte* Start;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public byte* Address;
        public uint AddressLength;
        public Segment* Segments;
        public nuint SegmentCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
        private readonly int _endOfHeader;
        public uint Sent;
    }
}
