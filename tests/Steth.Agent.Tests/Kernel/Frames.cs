using System.Buffers.Binary;

namespace Steth.Agent.Tests.Kernel;

/// <summary>Frames written by hand, so that these tests do not rest on the codecs they help to prove.</summary>
internal static class Frames
{
    /// <summary>An Ethernet frame of 60 bytes with a local experimental EtherType and a mark.</summary>
    public static byte[] Marked(byte mark, ushort? vlan = null)
    {
        var frame = new List<byte>(Convert.FromHexString("ffffffffffff" + "020000000001"));
        if (vlan is { } id)
            frame.AddRange([0x81, 0x00, (byte)(id >> 8), (byte)id]);
        frame.AddRange([0x88, 0xb5, mark]);
        while (frame.Count < 60)
            frame.Add(0);
        return [.. frame];
    }

    /// <summary>A UDP datagram from port 68 to 67 with four bytes of payload, optionally tagged.</summary>
    public static byte[] Udp68To67(ushort? vlan = null)
    {
        var frame = new List<byte>(Convert.FromHexString("ffffffffffff" + "020000000001"));
        if (vlan is { } id)
            frame.AddRange([0x81, 0x00, (byte)(id >> 8), (byte)id]);
        frame.AddRange([0x08, 0x00]);
        frame.AddRange(Convert.FromHexString("4500002000004000401100000000000" + "0ffffffff" + "00440043000c0000" + "01020304"));
        while (frame.Count < 60)
            frame.Add(0);
        return [.. frame];
    }

    public static ushort EtherType(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
}
