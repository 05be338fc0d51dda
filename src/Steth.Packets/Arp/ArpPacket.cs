using System.Buffers.Binary;
using System.Net;
using Steth.Packets.Addresses;
using Steth.Packets.Ethernet;

namespace Steth.Packets.Arp;

/// <summary>ARP for IPv4 over Ethernet (RFC 826).</summary>
public readonly record struct ArpPacket
{
    /// <summary>Bytes of a packet.</summary>
    public const int Length = 28;

    private const ushort EthernetHardware = 1;

    /// <summary>Request or reply; other values are kept.</summary>
    public required ArpOperation Operation { get; init; }

    /// <summary>Hardware address of the sender.</summary>
    public required MacAddress SenderMac { get; init; }

    /// <summary>Protocol address of the sender; 0.0.0.0 in a probe (RFC 5227).</summary>
    public required IPAddress SenderIp { get; init; }

    /// <summary>Hardware address of the target; zero in a request.</summary>
    public MacAddress TargetMac { get; init; }

    /// <summary>Protocol address of the target.</summary>
    public required IPAddress TargetIp { get; init; }

    /// <summary>Reads a packet.</summary>
    /// <returns>False when it is cut, or not for IPv4 over Ethernet.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ArpPacket packet)
    {
        packet = default;
        if (bytes.Length < Length
            || BinaryPrimitives.ReadUInt16BigEndian(bytes) != EthernetHardware
            || BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) != (ushort)EtherType.IPv4
            || bytes[4] != 6
            || bytes[5] != 4)
        {
            return false;
        }
        packet = new ArpPacket
        {
            Operation = (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]),
            SenderMac = MacAddress.FromBytes(bytes[8..]),
            SenderIp = new IPAddress(bytes.Slice(14, 4)),
            TargetMac = MacAddress.FromBytes(bytes[18..]),
            TargetIp = new IPAddress(bytes.Slice(24, 4)),
        };
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    /// <exception cref="ArgumentException">An address is not IPv4.</exception>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, EthernetHardware);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)EtherType.IPv4);
        destination[4] = 6;
        destination[5] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], (ushort)Operation);
        SenderMac.CopyTo(destination[8..]);
        WriteIPv4(SenderIp, destination.Slice(14, 4));
        TargetMac.CopyTo(destination[18..]);
        WriteIPv4(TargetIp, destination.Slice(24, 4));
    }

    private static void WriteIPv4(IPAddress address, Span<byte> destination)
    {
        if (!address.TryWriteBytes(destination, out var written) || written != 4)
            throw new ArgumentException($"ARP carries IPv4 addresses, not {address}.");
    }
}
