using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Steth.Packets.Addresses;

namespace Steth.Lab.Names;

/// <summary>Ids that are the same each time a lab of the same name comes up: derived from the lab's name and the thing's role in it.</summary>
public static class StableId
{
    /// <summary>A UUID in Neutron's form (RFC 9562 version 4 bits, lower case).</summary>
    public static string Uuid(LabName lab, string role)
    {
        var bytes = Digest(lab, role)[..16];
        bytes[6] = (byte)(bytes[6] & 0x0f | 0x40);
        bytes[8] = (byte)(bytes[8] & 0x3f | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>A MAC address under Neutron's default base_mac fa:16:3e.</summary>
    public static MacAddress Mac(LabName lab, string role)
    {
        var digest = Digest(lab, "mac " + role);
        return MacAddress.FromBytes([0xfa, 0x16, 0x3e, digest[0], digest[1], digest[2]]);
    }

    /// <summary>An OpenFlow cookie as ovs-ofctl takes it: the Neutron agent draws one 64-bit number a bridge at its start.</summary>
    public static string Cookie(LabName lab, string role) => string.Create(CultureInfo.InvariantCulture,
        $"0x{BinaryPrimitives.ReadUInt64BigEndian(Digest(lab, "cookie " + role)):x}");

    private static byte[] Digest(LabName lab, string role) => SHA256.HashData(Encoding.UTF8.GetBytes($"{lab}\0{role}"));
}
