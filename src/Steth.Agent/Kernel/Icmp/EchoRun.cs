using System.Diagnostics;
using System.Net;
using Steth.Agent.Kernel.Probing;
using Steth.Agent.Kernel.Sockets;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Icmp;
using Steth.Packets.Ip;
using static Steth.Agent.Kernel.Sockets.SocketNative;

namespace Steth.Agent.Kernel.Icmp;

/// <summary>
/// Pings all targets of a call at once by one raw socket an IP version, on the calling thread. Probes are sent round by round: every
/// target's first, every target's second; each waits its own timeout. Between bursts the sockets are emptied, so that answers
/// do not overflow the buffer while there is more to send.
/// </summary>
internal sealed class EchoRun : IDisposable
{
    /// <summary>A run sends no more than so many packets a second, but for a first burst.</summary>
    public const int MostPacketsPerSecond = 100_000;

    private const int PaceDepth = 4096;
    private const int Burst = 64;
    private const int BurstBytes = 256 * 1024;

    private const int ClockAttempts = 4;

    /// <summary>Of each IP version one to ping by and one to ask the kernel by.</summary>
    private const int Sockets = 4;

    /// <summary>How long one wait in the kernel may last before the caller's cancellation is looked at.</summary>
    private const int LongestWaitMs = 50;

    /// <summary>Not sent is 0; a Stopwatch time: waits for its answer; this: over.</summary>
    private const long Over = -1;

    private static readonly long ClockGap = Stopwatch.Frequency / 1_000_000;

    private readonly EchoSettings _settings;
    private readonly EchoMessage _message;
    private readonly EchoTarget[] _targets;
    private readonly int _count;
    private readonly long _interval;
    private readonly long _timeout;
    private readonly Action<PingTargetResult> _done;
    private readonly IcmpSocket? _v4;
    private readonly IcmpSocket? _v6;
    private readonly PathMtu _pathMtu;
    private readonly IDisposable _place;
    private readonly long[] _sentAt;
    private readonly int _burst;
    private double _allowed = PaceDepth;
    private long _allowedAt = Stopwatch.GetTimestamp();
    private ILookup<IPAddress, int>? _byAddress;
    private int _oldest;
    private int _next;
    private int _open;
    private long _stuckSince;

    /// <summary>Opens the sockets.</summary>
    /// <param name="parameters">Valid ones.</param>
    /// <param name="done">Gets each target's result as it is complete, on the thread of <see cref="Run"/>.</param>
    /// <exception cref="OperationException">
    /// PermissionDenied without CAP_NET_RAW; NoSuchDevice (interface or namespace); ToolFailed; Busy: as many sockets are open as may.
    /// </exception>
    public EchoRun(PingParams parameters, Action<PingTargetResult> done)
    {
        _done = done;
        _targets = [.. parameters.Targets.Select(t => new EchoTarget(t))];
        _count = parameters.Count;
        _interval = StopwatchTicks(parameters.IntervalMs);
        _timeout = StopwatchTicks(parameters.TimeoutMs);
        _sentAt = new long[_targets.Length * _count];
        _open = _targets.Length;
        _settings = new EchoSettings
        {
            Identifier = (ushort)Random.Shared.Next(1, ushort.MaxValue),
            Size = parameters.Size,
            Targets = _targets.Length,
            DontFragment = parameters.DontFragment,
            Broadcast = parameters.Broadcast,
            Interface = parameters.Interface,
            Namespace = parameters.Namespace,
        };
        _message = new EchoMessage(_settings.Identifier, (uint)Random.Shared.Next(), parameters.Size);
        _burst = Math.Clamp(BurstBytes / (parameters.Size + 1024), 1, Burst);
        _pathMtu = new PathMtu(_settings);
        _place = ProbeRoom.Take(Sockets);
        try
        {
            (_v4, _v6) = NetworkNamespace.Run(_settings.Namespace, OpenSockets);
        }
        catch
        {
            _place.Dispose();
            throw;
        }
    }

    /// <summary>Runs to the end.</summary>
    /// <returns>The results in the order of the targets.</returns>
    /// <exception cref="OperationCanceledException">Within 50 ms of the cancellation.</exception>
    public IReadOnlyList<PingTargetResult> Run(CancellationToken cancellationToken)
    {
        while (_open > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var pending = SendDue();
            Receive(_v4);
            Receive(_v6);
            GiveUpOld();
            if (_open > 0 && pending != Pending.Now)
                Wait(pending);
        }
        return [.. _targets.Select(t => t.Result())];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _v4?.Dispose();
        _v6?.Dispose();
        _pathMtu.Dispose();
        _place.Dispose();
    }

    private (IcmpSocket? V4, IcmpSocket? V6) OpenSockets()
    {
        var v4 = _targets.Any(t => !t.IsV6) ? IcmpSocket.Open(v6: false, _settings) : null;
        try
        {
            return (v4, _targets.Any(t => t.IsV6) ? IcmpSocket.Open(v6: true, _settings) : null);
        }
        catch
        {
            v4?.Dispose();
            throw;
        }
    }

    /// <summary>Probes in sending order, round by round, to their number: a target's probes are next to each other.</summary>
    private int Number(int order) => order % _targets.Length * _count + order / _targets.Length;

    private Pending SendDue()
    {
        for (var sent = 0; sent < _burst; sent++)
        {
            if (_next == _sentAt.Length)
                return Pending.Nothing;
            var target = _targets[_next % _targets.Length];
            if (_next >= _targets.Length && Stopwatch.GetTimestamp() - target.LastAttempt < _interval)
                return Pending.Later;
            if (!MayGo())
                return Pending.TooFast;
            var number = Number(_next);
            var request = _message.Request(target.IsV6, number);
            // Before the call: on loopback the answer is there when it returns.
            var now = Stopwatch.GetTimestamp();
            _sentAt[number] = now;
            var error = (target.IsV6 ? _v6 : _v4)?.Send(request, target.SocketAddress) ?? Eafnosupport;
            if (SendRefusal.IsTemporary(error) && !StuckTooLong(now))
            {
                _sentAt[number] = 0;
                return Pending.QueueFull;
            }
            _next++;
            _allowed--;
            target.LastAttempt = now;
            if (error != 0)
            {
                Fail(number, RefusalReason(target, error));
                continue;
            }
            _stuckSince = 0;
            target.CountSent();
        }
        return Pending.Now;
    }

    private bool MayGo()
    {
        if (_allowed >= 1)
            return true;
        var now = Stopwatch.GetTimestamp();
        _allowed = Math.Min(PaceDepth, _allowed + Stopwatch.GetElapsedTime(_allowedAt, now).TotalSeconds * MostPacketsPerSecond);
        _allowedAt = now;
        return _allowed >= 1;
    }

    /// <summary>A queue that took nothing for a whole timeout is not waited for again, until it takes one.</summary>
    private bool StuckTooLong(long now)
    {
        if (_stuckSince == 0)
            _stuckSince = now;
        return now - _stuckSince > _timeout;
    }

    private string RefusalReason(EchoTarget target, int error)
    {
        var headers = target.IsV6 ? IPv6Header.FixedLength : IPv4Header.MinLength;
        return SendRefusal.Reason(error, headers + _message.Length, error == Emsgsize ? _pathMtu.Towards(target.Address) : null);
    }

    private void Receive(IcmpSocket? socket)
    {
        if (socket is null)
            return;
        while (socket.Receive() is var count and > 0)
        {
            var (now, realNow) = ReadClocks();
            for (var slot = 0; slot < count; slot++)
            {
                var ago = Math.Max(0, realNow - socket.ReceivedAt(slot) ?? 0);
                Take(socket, slot, now - (long)(ago * ((double)Stopwatch.Frequency / TimeSpan.TicksPerSecond)), now);
            }
        }
    }

    /// <summary>
    /// The same moment by both clocks: the kernel stamps packets by the real-time clock, whatever this process takes for the time.
    /// Read again when something came between the readings, as a round trip on loopback is only a few microseconds.
    /// </summary>
    private static (long Monotonic, long Real) ReadClocks()
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = Stopwatch.GetTimestamp();
            var real = RealClock.Now;
            var after = Stopwatch.GetTimestamp();
            if (after - before < ClockGap || attempt == ClockAttempts)
                return (after, real);
        }
    }

    private void Take(IcmpSocket socket, int slot, long receivedAt, long now)
    {
        if (socket.Message(slot) is not { IsEmpty: false } packet)
            return;
        if (packet[0] == (socket.IsV6 ? IcmpType.EchoReplyV6 : IcmpType.EchoReply))
        {
            if (_message.Answered(packet) is { } number)
                Answer(number, receivedAt, now);
        }
        else if (IcmpMessage.TryParse(packet, socket.IsV6, out var error) && error.Quoted is { } quoted && _message.IsQuotedBy(quoted))
        {
            Complain(quoted, $"{error.Name}, says {socket.SenderOf(slot)}");
        }
    }

    private void Answer(int number, long receivedAt, long now)
    {
        if (number >= _sentAt.Length || _sentAt[number] <= 0)
            return;
        var sentAt = _sentAt[number];
        // A step of the real-time clock between the two readings must not make a round trip negative or longer than it can be.
        if (receivedAt < sentAt)
            receivedAt = now;
        if (receivedAt - sentAt > _timeout)
            return;
        _targets[number / _count].CountAnswer(Stopwatch.GetElapsedTime(sentAt, receivedAt));
        Settle(number);
    }

    /// <summary>
    /// An error quotes too little for the mark: address and sequence tell the probe, as one target's sequences do not repeat.
    /// </summary>
    private void Complain(QuotedPacket quoted, string reason)
    {
        _byAddress ??= Enumerable.Range(0, _targets.Length).ToLookup(t => new IPAddress(_targets[t].Address.GetAddressBytes()));
        foreach (var target in _byAddress[quoted.Destination])
        {
            var first = target * _count;
            var offset = (ushort)(quoted.Sequence!.Value - first);
            if (offset >= _count || _sentAt[first + offset] == 0)
                continue;
            // "Host unreachable" comes three seconds late: too late for its probe, but the target's later ones share the reason.
            if (_sentAt[first + offset] == Over)
                _targets[target].Reason ??= reason;
            else
                Fail(first + offset, reason);
            return;
        }
    }

    private void Fail(int number, string reason)
    {
        _targets[number / _count].Reason = reason;
        Settle(number);
    }

    private void GiveUpOld()
    {
        var now = Stopwatch.GetTimestamp();
        for (; _oldest < _next; _oldest++)
        {
            var number = Number(_oldest);
            if (_sentAt[number] == Over)
                continue;
            if (now - _sentAt[number] < _timeout)
                return;
            Settle(number);
        }
    }

    private void Settle(int number)
    {
        _sentAt[number] = Over;
        var target = _targets[number / _count];
        if (++target.Settled < _count)
            return;
        _open--;
        _done(target.Result());
    }

    private void Wait(Pending pending)
    {
        var now = Stopwatch.GetTimestamp();
        var until = now + StopwatchTicks(pending is Pending.QueueFull or Pending.TooFast ? 1 : LongestWaitMs);
        if (pending == Pending.Later)
            until = Math.Min(until, _targets[_next % _targets.Length].LastAttempt + _interval);
        if (_oldest < _next)
            until = Math.Min(until, _sentAt[Number(_oldest)] + _timeout);
        var timeout = (int)Math.Ceiling(Math.Max(0, until - now) * 1000.0 / Stopwatch.Frequency);
        Span<int> sockets = stackalloc int[2];
        var count = 0;
        if (_v4 is not null)
            sockets[count++] = _v4.Descriptor;
        if (_v6 is not null)
            sockets[count++] = _v6.Descriptor;
        Polling.Wait(sockets[..count], timeout);
    }

    private static long StopwatchTicks(int milliseconds) => milliseconds * Stopwatch.Frequency / 1000;

    /// <summary>What there is left to send.</summary>
    private enum Pending
    {
        /// <summary>More, at once.</summary>
        Now,

        /// <summary>More, when the interval has passed.</summary>
        Later,

        /// <summary>More, when the kernel's queue is shorter.</summary>
        QueueFull,

        /// <summary>More, when the pace allows it.</summary>
        TooFast,

        /// <summary>No more.</summary>
        Nothing,
    }
}
