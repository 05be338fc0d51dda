using System.Buffers.Binary;

namespace Steth.Packets.Vxlan;

/// <summary>A VXLAN header (RFC 7348, 5). The inner frame follows it.</summary>
public readonly record struct VxlanHeader
{
    /// <summary>Bytes of a header.</summary>
    public const int Length = 8;

    /// <summary>The port IANA assigned, which Neutron uses.</summary>
    public const ushort Port = 4789;

    private const uint ValidVniFlag = 0x0800_0000;

    /// <summary>VXLAN network identifier, 0–16777215: Neutron's segmentation id.</summary>
    public required int Vni { get; init; }

    /// <summary>Reads a header.</summary>
    /// <returns>False when it is cut or says that its VNI is not valid.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out VxlanHeader header)
    {
        header = default;
        if (bytes.Length < Length || (BinaryPrimitives.ReadUInt32BigEndian(bytes) & ValidVniFlag) == 0)
            return false;
        header = new VxlanHeader { Vni = (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) >> 8) };
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, ValidVniFlag);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], (uint)Vni << 8);
    }
}
