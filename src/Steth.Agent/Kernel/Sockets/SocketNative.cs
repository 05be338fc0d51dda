using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Steth.Agent.Kernel.Sockets;

/// <summary>The calls and numbers of the Linux socket interface our sockets need (raw(7), ip(7), ipv6(7), socket(7)).</summary>
internal static unsafe partial class SocketNative
{
    public const int Eperm = 1;
    public const int Eintr = 4;
    public const int Eagain = 11;
    public const int Eacces = 13;
    public const int Enodev = 19;
    public const int Eaddrinuse = 98;
    public const int Eaddrnotavail = 99;
    public const int Emsgsize = 90;
    public const int Eafnosupport = 97;
    public const int Enetdown = 100;
    public const int Enetunreach = 101;
    public const int Enobufs = 105;
    public const int Ehostunreach = 113;

    public const int FamilyV4 = 2;
    public const int FamilyV6 = 10;
    public const int RawCloseOnExec = 3 | 0x80000;
    public const int DatagramCloseOnExec = 2 | 0x80000;
    public const int WholeLength = 0x20; // MSG_TRUNC
    public const int DontWait = 0x40;

    public const int LevelSocket = 1;
    public const int SendBuffer = 7;
    public const int ReceiveBuffer = 8;
    public const int Broadcast = 6;
    public const int BindToDevice = 25;
    public const int AttachFilter = 26;
    public const int SendBufferForce = 32;
    public const int ReceiveBufferForce = 33;
    public const int TimestampNs = 35;
    public const int MemoryInfo = 55;

    public const int LevelIp = 0;
    public const int IpMtuDiscover = 10;
    public const int IpUnicastInterface = 50;
    public const int IpMtu = 14;
    public const int LevelIpv6 = 41;
    public const int Ipv6MtuDiscover = 23;
    public const int Ipv6Mtu = 24;
    public const int Ipv6DontFragment = 62;
    public const int PathMtuDo = 2;
    public const int PathMtuProbe = 3;
    public const int Ipv6Only = 26;
    public const int Ipv6UnicastInterface = 76;
    public const int LevelRaw = 255;
    public const int LevelIcmpV6 = 58;
    public const int IcmpFilter = 1;

    public const short PollIn = 1;
    public const short PollOut = 4;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(SafeFileHandle socket, int level, int name, ReadOnlySpan<byte> value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(SafeFileHandle socket, int level, int name, Span<byte> value, ref int length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int BindTo(SafeFileHandle socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int NameOf(SafeFileHandle socket, Span<byte> address, ref int length);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(
        SafeFileHandle socket, ReadOnlySpan<byte> message, nuint length, int flags, ReadOnlySpan<byte> address, int addressLength);

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(SafeFileHandle socket, MessageSlot* slots, uint count, int flags, nint timeout);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int timeoutMs);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Segment
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct mmsghdr, its msghdr laid out flat.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageSlot
    {
        public byte* Address;
        public uint AddressLength;
        public Segment* Segments;
        public nuint SegmentCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
        private readonly int _endOfHeader;
        public uint Received;
    }

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Got;
    }

    /// <summary>struct sock_filter: one instruction of classic BPF.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct FilterStep(ushort code, byte jumpTrue, byte jumpFalse, uint operand)
    {
        public ushort Code = code;
        public byte JumpTrue = jumpTrue;
        public byte JumpFalse = jumpFalse;
        public uint Operand = operand;
    }
}
