using System.Net;
using Steth.Agent.Kernel.Sockets;
using Steth.Agent.Limits;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Probe;

namespace Steth.Agent.Kernel.Probing;

/// <summary>One address a reflector answers on.</summary>
internal sealed class ReflectorSocket : IDisposable
{
    /// <summary>Room for some thousand small probes at once.</summary>
    private const int BufferBytes = 8 << 20;

    /// <summary>In 100 ns. Far less than probers wait, far more than an answer takes on a host that is not overloaded.</summary>
    private const long LateTicks = 250 * TimeSpan.TicksPerMillisecond;

    private readonly ReflectorPoint _point;
    private readonly ulong _token;
    private readonly CallMemory? _memory;
    private readonly UdpSocket? _socket;
    private readonly string? _refusal;
    private readonly Dictionary<UInt128, ReflectorPeer> _peers = [];
    private readonly UInt128 _self;
    private long _strangers;

    /// <summary>Opens the socket; what the kernel refuses is told by <see cref="State"/>.</summary>
    public ReflectorSocket(ReflectorPoint point, ulong token, CallMemory? memory)
    {
        _point = point;
        _token = token;
        _memory = memory;
        _self = KeyOf(point.Address);
        foreach (var peer in point.Peers)
            _peers[KeyOf(peer)] = new ReflectorPeer(peer);
        try
        {
            _socket = UdpSocket.Open(point.Address, point.Port, null, BufferBytes);
        }
        catch (OperationException e)
        {
            _refusal = e.Message;
        }
    }

    /// <summary>The open socket; null when it was refused.</summary>
    public UdpSocket? Socket => _socket;

    /// <summary>Where it is.</summary>
    public IPAddress Address => _point.Address;

    /// <summary>Whether it listens, and as <paramref name="proven"/> says.</summary>
    public ReflectorPointState State(bool proven) => new()
    {
        Address = _point.Address,
        Port = _socket?.Port,
        Proven = proven,
        Problem = _refusal ?? (proven ? null
            : $"UDP port {_socket!.Port} on {_point.Address} does not hear this host's own probe: a packet filter on this host drops it."),
    };

    /// <summary>Answers all that has come.</summary>
    /// <param name="pace">Says whether one more may be answered.</param>
    /// <param name="answer">A buffer as long as a datagram can be, zero after the message.</param>
    public void Serve(AnswerPace pace, byte[] answer)
    {
        if (_socket is null)
            return;
        while (_socket.Receive() is var count and > 0)
        {
            for (var slot = 0; slot < count; slot++)
                Answer(slot, pace, answer);
        }
    }

    /// <summary>The counts so far.</summary>
    public ReflectorPointCounts Counts() => new()
    {
        Address = _point.Address,
        Strangers = _strangers,
        Dropped = _socket?.Dropped,
        Peers = [.. _peers.Values.Where(p => p.IsHeard).Select(p => p.Counts())],
    };

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private static UInt128 KeyOf(IPAddress address) => KernelAddress.Key(KernelAddress.Of(address));

    private void Answer(int slot, AnswerPace pace, byte[] answer)
    {
        var sender = _socket!.Sender(slot);
        var key = KernelAddress.Key(sender);
        var peer = _peers.GetValueOrDefault(key);
        if ((peer is null && key != _self)
            || !ReflectedProbe.TryParse(_socket.Packet(slot), out var probe)
            || probe.Token != _token || probe.Kind == ReflectedProbeKind.Answer)
        {
            _strangers++;
            return;
        }
        var counted = probe.Kind == ReflectedProbeKind.Greeting ? null : peer;
        if (counted?.GrowthFor(probe.Sequence) is > 0 and var growth && _memory?.TryTake(growth) == false)
        {
            counted.Refused++;
            return;
        }
        var isNew = counted?.Take(probe.Sequence) ?? false;
        var length = probe.Kind == ReflectedProbeKind.Probe ? _socket.Length(slot) : ReflectedProbe.Length;
        if (!pace.Take() || !Send(probe, _socket.ReceivedAt(slot), answer.AsSpan(0, length), sender))
        {
            if (counted is not null)
                counted.Refused++;
            return;
        }
        if (!isNew)
            return;
        counted!.CountAnswer();
        if (_socket.ReceivedAt(slot) is { } received && RealClock.Now - received > LateTicks)
            counted.Late++;
    }

    private bool Send(in ReflectedProbe probe, long? receivedAt, Span<byte> answer, ReadOnlySpan<byte> to)
    {
        var now = RealClock.Now;
        (probe with { Kind = ReflectedProbeKind.Answer, ReceivedAt = receivedAt ?? now, AnsweredAt = now }).Write(answer);
        return _socket!.Send(answer, to) == 0;
    }
}
