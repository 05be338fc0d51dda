using System.Net;
using System.Text;
using System.Threading.Channels;
using Steth.Packets.Addresses;
using Steth.Packets.Arp;
using Steth.Packets.Building;
using Steth.Packets.Decoding;
using Steth.Packets.Dhcp;
using Steth.Packets.Tcp;

namespace Steth.Lab.Guests;

/// <summary>What a guest does when somebody logs on and tries: a new lease, a ping, an HTTP request. Quiet otherwise.</summary>
internal sealed class GuestClient(GuestSpec spec, TapDevice tap)
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan OtherOffers = TimeSpan.FromMilliseconds(150);

    private readonly Lock _lock = new();
    private readonly List<ChannelWriter<(DecodedFrame Frame, byte[] Bytes)>> _listeners = [];
    private GuestLease? _lease;

    /// <summary>Takes over a lease that was got elsewhere.</summary>
    public void Keep(GuestLease lease) => _lease = lease;

    /// <summary>Hands a received frame to whoever waits for one.</summary>
    public void Receive(DecodedFrame frame, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_listeners.Count == 0)
                return;
            var copy = bytes.ToArray();
            foreach (var listener in _listeners)
                listener.TryWrite((frame, copy));
        }
    }

    /// <summary>Asks for a lease and keeps it when it is the port's own and every offer came from the network's server.</summary>
    /// <returns>Null; else what is wrong.</returns>
    public async Task<string?> LeaseAsync(IPAddress server, CancellationToken ct)
    {
        var xid = (uint)Random.Shared.Next();
        var discover = FrameBuilder.DhcpDiscover(spec.Mac, xid);
        using var listening = Listen();
        if (await ExchangeAsync(listening, discover, frame => Reply(frame, xid, DhcpMessageType.Offer),
            ct) is not { Frame.Dhcp: { } offer })
            return "no offer";
        using var others = CancellationTokenSource.CreateLinkedTokenSource(ct);
        others.CancelAfter(OtherOffers);
        var strange = offer.ServerIdentifier?.Equals(server) == true
            ? await NextAsync(listening, frame => Reply(frame, xid, DhcpMessageType.Offer)
                && frame.Dhcp!.ServerIdentifier?.Equals(server) != true, others.Token)
            : (Frame: new DecodedFrame { Length = 0, Dhcp = offer }, Bytes: []);
        if (strange is { Frame.Dhcp: { } other })
            return $"an offer of {other.YourIp} from {other.ServerIdentifier}";
        var request = Guest.Request(spec, xid, offer.YourIp, server);
        if (await ExchangeAsync(listening, request, frame => Reply(frame, xid, DhcpMessageType.Ack),
            ct) is not { Frame.Dhcp: { } acknowledged })
            return "no acknowledgement";
        if (!acknowledged.YourIp.Equals(spec.Address))
            return $"leased {acknowledged.YourIp}";
        _lease = GuestLease.Of(acknowledged);
        return null;
    }

    /// <summary>Sends an echo request of a size (IP packet) and waits for the reply.</summary>
    public async Task<string?> PingAsync(IPAddress target, int size, CancellationToken ct)
    {
        using var listening = Listen();
        var (hop, why) = await HopAsync(listening, target, ct);
        if (hop is not { } mac)
            return why;
        var identifier = (ushort)Random.Shared.Next(1, ushort.MaxValue);
        var request = FrameBuilder.IcmpEchoRequest(spec.Mac, mac, spec.Address, target, identifier, 1, new byte[size - 28]);
        return await ExchangeAsync(listening, request, frame => frame.Icmp is { IsEchoReply: true } icmp && icmp.Identifier == identifier
            && target.Equals(frame.SourceIp), ct) is null ? "no echo reply" : null;
    }

    /// <summary>Sends an HTTP request to port 80 and reads the status.</summary>
    public async Task<string?> GetAsync(IPAddress target, string path, CancellationToken ct)
    {
        using var listening = Listen();
        var (hop, why) = await HopAsync(listening, target, ct);
        if (hop is not { } mac)
            return why;
        var port = (ushort)Random.Shared.Next(20000, 60000);
        var sequence = (uint)Random.Shared.Next();
        if (await ExchangeAsync(listening, Segment(TcpFlags.Syn, sequence, 0, []), frame => Ours(frame)
            && (frame.Tcp!.Value.Flags & (TcpFlags.Ack | TcpFlags.Rst)) != 0, ct) is not { Frame.Tcp: { } opened })
            return "no connection";
        if ((opened.Flags & TcpFlags.Rst) != 0)
            return "connection refused";
        var head = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n");
        var answer = await ExchangeAsync(listening, Segment(TcpFlags.Ack | TcpFlags.Psh, sequence + 1, opened.Sequence + 1, head),
            frame => Ours(frame), ct, bytes => TcpSegment.Payload(bytes).Length > 0);
        tap.Write(Segment(TcpFlags.Rst, sequence + 1 + (uint)head.Length, 0, []));
        if (answer is not { } got)
            return "no answer";
        var words = Encoding.ASCII.GetString(TcpSegment.Payload(got.Bytes).Span).Split(' ', '\r');
        return words is ["HTTP/1.1" or "HTTP/1.0", "200", ..] ? null : $"status {words.ElementAtOrDefault(1)}";

        bool Ours(DecodedFrame frame) => frame.Tcp is { } tcp && tcp.DestinationPort == port && target.Equals(frame.SourceIp);

        byte[] Segment(TcpFlags flags, uint seq, uint acknowledged, ReadOnlySpan<byte> payload) =>
            TcpSegment.Build(spec.Mac, mac, spec.Address, target,
            new TcpHeader { SourcePort = port, DestinationPort = 80, Sequence = seq, Acknowledgement = acknowledged, Flags = flags },
                payload);
    }

    private async Task<(MacAddress? Mac, string? Why)> HopAsync(Listening listening, IPAddress target, CancellationToken ct)
    {
        if (_lease is null)
            return (null, "no lease");
        if (_lease.NextHop(target) is not { } hop)
            return (null, $"no route to {target}");
        var request = FrameBuilder.ArpRequest(spec.Mac, spec.Address, hop);
        return await ExchangeAsync(listening, request, frame => frame.Arp is { Operation: ArpOperation.Reply } arp
            && arp.SenderIp.Equals(hop), ct)
            is { Frame.Arp: { } reply } ? (reply.SenderMac, null) : (null, $"no ARP reply from {hop}");
    }

    private bool Reply(DecodedFrame frame, uint xid, DhcpMessageType type) =>
        frame.Dhcp is { IsReply: true } dhcp && dhcp.Xid == xid && dhcp.ClientMac == spec.Mac && dhcp.MessageType == type;

    /// <summary>Sends again and again until an answer comes; null when the time is over.</summary>
    private async Task<(DecodedFrame Frame, byte[] Bytes)?> ExchangeAsync(
        Listening listening, byte[] request, Func<DecodedFrame, bool> answers, CancellationToken ct, Func<byte[], bool>? alsoTrue = null)
    {
        while (!ct.IsCancellationRequested)
        {
            tap.Write(request);
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(ct);
            wait.CancelAfter(Again);
            if (await NextAsync(listening, answers, wait.Token, alsoTrue) is { } answer)
                return answer;
        }
        return null;
    }

    private static async Task<(DecodedFrame Frame, byte[] Bytes)?> NextAsync(
        Listening listening, Func<DecodedFrame, bool> wanted, CancellationToken ct, Func<byte[], bool>? alsoTrue = null)
    {
        try
        {
            while (true)
            {
                var next = await listening.Frames.ReadAsync(ct);
                if (wanted(next.Frame) && alsoTrue?.Invoke(next.Bytes) != false)
                    return next;
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private Listening Listen()
    {
        var channel = Channel.CreateUnbounded<(DecodedFrame, byte[])>();
        lock (_lock)
            _listeners.Add(channel.Writer);
        return new Listening(this, channel);
    }

    private sealed class Listening(GuestClient client, Channel<(DecodedFrame Frame, byte[] Bytes)> channel) : IDisposable
    {
        public ChannelReader<(DecodedFrame Frame, byte[] Bytes)> Frames => channel.Reader;

        public void Dispose()
        {
            lock (client._lock)
                client._listeners.Remove(channel.Writer);
        }
    }
}
