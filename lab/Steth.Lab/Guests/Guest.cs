using System.Buffers.Binary;
using System.Net;
using Steth.Packets.Addresses;
using Steth.Packets.Arp;
using Steth.Packets.Building;
using Steth.Packets.Decoding;
using Steth.Packets.Dhcp;

namespace Steth.Lab.Guests;

/// <summary>
/// A small, quiet guest. It asks for its lease once at boot, and again on SIGHUP; from then on it answers ARP and echo requests for
/// its address and drops everything else, so that what a capture shows is what somebody asked for. A <see cref="GuestClient"/> sends for
/// it when somebody asks.
/// </summary>
internal sealed class Guest(GuestSpec spec, TapDevice tap, GuestClient client, Action<string> say)
{
    private const int EthernetLength = 14;
    private static readonly TimeSpan RetryFirst = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryLater = TimeSpan.FromSeconds(3);
    private const int FirstTries = 40;

    private readonly Lock _lock = new();
    private Timer? _retry;
    private uint _xid;
    private bool _leased = true;
    private int _tries;

    /// <summary>Asks for a lease, as if the VM had just booted.</summary>
    public void Boot()
    {
        lock (_lock)
        {
            _xid = (uint)Random.Shared.Next();
            (_leased, _tries) = (false, 0);
            _retry ??= new Timer(_ => Discover());
            _retry.Change(TimeSpan.Zero, RetryFirst);
        }
    }

    /// <summary>Answers until the process ends.</summary>
    public void Run()
    {
        Span<byte> buffer = new byte[65536];
        while (true)
        {
            var length = tap.Read(buffer);
            if (length > 0)
                Receive(buffer[..length]);
            else
                Thread.Sleep(50); // down for the moment: the kernel fails reads then, and tells nobody when it is up again
        }
    }

    /// <summary>The answer a guest gives to a frame; null when it keeps quiet.</summary>
    public static byte[]? Answer(GuestSpec spec, ReadOnlySpan<byte> frame)
    {
        var decoded = FrameDecoder.Decode(frame);
        if (decoded.Arp is { Operation: ArpOperation.Request } arp && arp.TargetIp.Equals(spec.Address))
            return FrameBuilder.ArpReply(spec.Mac, spec.Address, arp.SenderMac, arp.SenderIp);
        var isOurs = decoded.Destination == spec.Mac && decoded.DestinationIp is { } to && to.Equals(spec.Address);
        return isOurs && decoded.VlanTags.Count == 0 && decoded.Icmp is { IsEchoRequest: true, IsV6: false } ? EchoReply(frame) : null;
    }

    private void Receive(ReadOnlySpan<byte> frame)
    {
        if (Answer(spec, frame) is { } answer)
        {
            tap.Write(answer);
            return;
        }
        var decoded = FrameDecoder.Decode(frame);
        client.Receive(decoded, frame);
        Lease(decoded);
    }

    /// <summary>The request turned round: any length, any payload.</summary>
    private static byte[] EchoReply(ReadOnlySpan<byte> request)
    {
        var reply = request.ToArray();
        request[..6].CopyTo(reply.AsSpan(6));
        request[6..12].CopyTo(reply);
        request.Slice(EthernetLength + 12, 4).CopyTo(reply.AsSpan(EthernetLength + 16));
        request.Slice(EthernetLength + 16, 4).CopyTo(reply.AsSpan(EthernetLength + 12));
        var icmp = reply.AsSpan(EthernetLength + (request[EthernetLength] & 0x0f) * 4);
        // Type 8 becomes 0: the one's complement sum loses 0x0800, so the checksum gains it (RFC 1624).
        icmp[0] = 0;
        var sum = BinaryPrimitives.ReadUInt16BigEndian(icmp[2..]) + 0x0800;
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], (ushort)(sum + (sum >> 16)));
        return reply;
    }

    private void Discover()
    {
        lock (_lock)
        {
            if (!_leased && (++_tries <= FirstTries || _tries % (int)(RetryLater / RetryFirst) == 0))
                tap.Write(FrameBuilder.DhcpDiscover(spec.Mac, _xid));
        }
    }

    private void Lease(DecodedFrame frame)
    {
        lock (_lock)
        {
            if (_leased || frame.Dhcp is not { IsReply: true } dhcp || dhcp.Xid != _xid || dhcp.ClientMac != spec.Mac)
                return;
            if (dhcp.MessageType == DhcpMessageType.Offer && dhcp.ServerIdentifier is { } server)
            {
                tap.Write(Request(spec, _xid, dhcp.YourIp, server));
            }
            else if (dhcp.MessageType == DhcpMessageType.Ack)
            {
                _leased = true;
                client.Keep(GuestLease.Of(dhcp));
                _retry?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                say(LeaseLine(spec, dhcp.YourIp, dhcp.ServerIdentifier));
            }
        }
    }

    /// <summary>What a guest says when it has its lease; `up` waits for it.</summary>
    public static string LeaseLine(GuestSpec spec, IPAddress address, IPAddress? server) => $"{spec.Name} leased {address} from {server}";

    /// <summary>A DHCPREQUEST for an offered address.</summary>
    public static byte[] Request(GuestSpec spec, uint xid, IPAddress address, IPAddress server) => FrameBuilder.Dhcp(
        spec.Mac, MacAddress.Broadcast, IPAddress.Any, IPAddress.Broadcast, new DhcpMessage
        {
            IsReply = false,
            Xid = xid,
            ClientMac = spec.Mac,
            Options =
            [
                new DhcpOption(DhcpOptionCode.MessageType, new[] { (byte)DhcpMessageType.Request }),
                new DhcpOption(DhcpOptionCode.RequestedAddress, address.GetAddressBytes()),
                new DhcpOption(DhcpOptionCode.ServerIdentifier, server.GetAddressBytes()),
            ],
        });
}
