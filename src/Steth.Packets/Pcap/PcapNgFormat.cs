namespace Steth.Packets.Pcap;

/// <summary>Numbers of draft-ietf-opsawg-pcapng that writer and reader share.</summary>
internal static class PcapNgFormat
{
    public const uint SectionHeader = 0x0a0d0d0a;
    public const uint InterfaceDescription = 1;
    public const uint SimplePacket = 3;
    public const uint EnhancedPacket = 6;
    public const uint ByteOrderMagic = 0x1a2b3c4d;

    public const ushort EndOfOptions = 0;
    public const ushort Comment = 1;
    public const ushort SectionHardware = 2;
    public const ushort SectionSystem = 3;
    public const ushort SectionApplication = 4;
    public const ushort InterfaceName = 2;
    public const ushort InterfaceDescriptionText = 3;
    public const ushort TimestampResolution = 9;
    public const ushort PacketFlags = 2;

    /// <summary>Type, total length, and the total length again at the end.</summary>
    public const int BlockOverhead = 12;

    /// <summary>Options and frames are filled up to 32 bits.</summary>
    public static int Pad(int length) => length + 3 & ~3;
}
