using System.Buffers.Binary;
using Steth.Packets.Icmp;
using Steth.Packets.Ip;

namespace Steth.Agent.Kernel.Icmp;

/// <summary>
/// The echo requests of one run and how their replies are told. The payload begins with the run's mark and the probe's number, so
/// that no other program's echo of the same identifier is taken for ours, and more probes fit a run than a sequence has numbers.
/// </summary>
internal sealed class EchoMessage
{
    private const int MarkAt = IcmpMessage.HeaderLength;
    private const int NumberAt = MarkAt + 4;
    private const int EssentialLength = NumberAt + 4;

    private readonly byte[] _request;
    private readonly ushort _identifier;
    private readonly uint _mark;

    /// <summary>Makes the requests of a run.</summary>
    /// <param name="identifier">ICMP identifier.</param>
    /// <param name="mark">Random number of the run.</param>
    /// <param name="size">Payload in bytes, 8 or more.</param>
    public EchoMessage(ushort identifier, uint mark, int size)
        : this(identifier, mark, Buffer(size))
    {
    }

    /// <summary>As the other, in a <see cref="Buffer"/> that others use by turns.</summary>
    public EchoMessage(ushort identifier, uint mark, byte[] buffer)
    {
        _identifier = identifier;
        _mark = mark;
        _request = buffer;
    }

    /// <summary>What requests are written to.</summary>
    /// <param name="size">Payload in bytes, 8 or more.</param>
    public static byte[] Buffer(int size)
    {
        var buffer = new byte[IcmpMessage.HeaderLength + size];
        for (var i = EssentialLength; i < buffer.Length; i++)
            buffer[i] = (byte)(i - IcmpMessage.HeaderLength);
        return buffer;
    }

    /// <summary>ICMP message in bytes.</summary>
    public int Length => _request.Length;

    /// <summary>The request of a probe; stands until the next call. The kernel fills in the checksum of ICMPv6.</summary>
    public ReadOnlySpan<byte> Request(bool v6, int number) => Request(v6, number, _request.Length);

    /// <summary>As the other, but only <paramref name="length"/> bytes of it, 16 at least.</summary>
    public ReadOnlySpan<byte> Request(bool v6, int number, int length)
    {
        var request = _request.AsSpan(0, length);
        BinaryPrimitives.WriteUInt32BigEndian(request[MarkAt..], _mark);
        BinaryPrimitives.WriteInt32BigEndian(request[NumberAt..], number);
        if (v6)
        {
            request[0] = IcmpType.EchoRequestV6;
            BinaryPrimitives.WriteUInt16BigEndian(request[4..], _identifier);
            BinaryPrimitives.WriteUInt16BigEndian(request[6..], (ushort)number);
            BinaryPrimitives.WriteUInt16BigEndian(request[2..], 0);
        }
        else
        {
            IcmpMessage.WriteEcho(request, reply: false, _identifier, (ushort)number);
        }
        return request;
    }

    /// <summary>
    /// The number of the probe that <paramref name="message"/>, an echo reply, answers; null when it is not one of this run.
    /// </summary>
    public int? Answered(ReadOnlySpan<byte> message)
    {
        if (message.Length < EssentialLength
            || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != _identifier
            || BinaryPrimitives.ReadUInt32BigEndian(message[MarkAt..]) != _mark)
        {
            return null;
        }
        var number = BinaryPrimitives.ReadInt32BigEndian(message[NumberAt..]);
        return number >= 0 && (ushort)number == BinaryPrimitives.ReadUInt16BigEndian(message[6..]) ? number : null;
    }

    /// <summary>Whether an error quotes an echo of this run's identifier.</summary>
    public bool IsQuotedBy(QuotedPacket quoted) =>
        quoted.Protocol is IpProtocol.Icmp or IpProtocol.IcmpV6 && quoted.Identifier == _identifier;
}
