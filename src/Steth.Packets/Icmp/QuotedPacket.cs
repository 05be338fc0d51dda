using System.Buffers.Binary;
using System.Net;
using Steth.Packets.Ip;

namespace Steth.Packets.Icmp;

/// <summary>The start of the packet an ICMP error is about (RFC 792, RFC 1812 4.3.2.3, RFC 4443 2.4).</summary>
public readonly record struct QuotedPacket
{
    /// <summary>Who had sent it.</summary>
    public required IPAddress Source { get; init; }

    /// <summary>For whom it was.</summary>
    public required IPAddress Destination { get; init; }

    /// <summary>What it carried.</summary>
    public required IpProtocol Protocol { get; init; }

    /// <summary>UDP or TCP source port; null when it carried neither or was cut.</summary>
    public ushort? SourcePort { get; init; }

    /// <summary>UDP or TCP destination port; null when it carried neither or was cut.</summary>
    public ushort? DestinationPort { get; init; }

    /// <summary>Identifier of a quoted echo; null when it was none or was cut.</summary>
    public ushort? Identifier { get; init; }

    /// <summary>Sequence of a quoted echo; null when it was none or was cut.</summary>
    public ushort? Sequence { get; init; }

    /// <summary>Reads what an error quotes, IPv4 or IPv6.</summary>
    /// <returns>False when not even the IP header is there.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out QuotedPacket quoted)
    {
        quoted = default;
        int headerLength;
        bool later;
        if (IPv4Header.TryParse(bytes, out var v4))
        {
            quoted = new QuotedPacket { Source = v4.Source, Destination = v4.Destination, Protocol = v4.Protocol };
            (headerLength, later) = (v4.Length, v4.FragmentOffset > 0);
        }
        else if (IPv6Header.TryParse(bytes, out var v6))
        {
            quoted = new QuotedPacket { Source = v6.Source, Destination = v6.Destination, Protocol = v6.Protocol };
            (headerLength, later) = (v6.Length, v6.FragmentOffset > 0);
        }
        else
        {
            return false;
        }
        var upper = bytes[headerLength..];
        // Eight bytes are all that RFC 792 promises.
        if (later || upper.Length < 8)
            return true;
        if (quoted.Protocol is IpProtocol.Udp or IpProtocol.Tcp)
        {
            quoted = quoted with
            {
                SourcePort = BinaryPrimitives.ReadUInt16BigEndian(upper),
                DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(upper[2..]),
            };
        }
        else if (quoted.Protocol is IpProtocol.Icmp && IcmpType.IsEchoV4(upper[0])
            || quoted.Protocol is IpProtocol.IcmpV6 && IcmpType.IsEchoV6(upper[0]))
        {
            quoted = quoted with
            {
                Identifier = BinaryPrimitives.ReadUInt16BigEndian(upper[4..]),
                Sequence = BinaryPrimitives.ReadUInt16BigEndian(upper[6..]),
            };
        }
        return true;
    }
}
