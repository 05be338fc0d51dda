using System.Diagnostics;
using Steth.Agent.Kernel.Sockets;
using Steth.Contracts.Operations;
using Steth.Packets.Probe;

namespace Steth.Agent.Kernel.Probing;

/// <summary>
/// Probes all targets of a call on the calling thread: a greeting to each, then round by round every target's next probe, at a steady
/// pace. While it waits for the next it takes what has come.
/// </summary>
/// <remarks>
/// A round trip is the kernel's time of the answer less the time just before the probe was given to the kernel, less what the reflector
/// took: neither the reflector's nor this thread's waiting for a processor is in it, except between reading the clock and the kernel taking
/// the probe; that is measured and told as the prober's own delay.
/// </remarks>
internal sealed class UdpProbeRun : IDisposable
{
    /// <summary>How long one wait in the kernel may last before the caller's cancellation is looked at.</summary>
    private const int LongestWaitMs = 20;

    /// <summary>No probe has it.</summary>
    private const uint GreetingKey = uint.MaxValue;

    /// <summary>Neighbours are found and caches filled within it, or the probes will tell.</summary>
    private static readonly TimeSpan GreetingTime = TimeSpan.FromMilliseconds(100);

    private readonly UdpProbeParams _parameters;
    private readonly ProbeSources _sources;
    private readonly int[] _descriptors;
    private readonly ProbedTarget[] _targets;
    private readonly byte[] _message;
    private readonly Action<int> _progress;

    /// <summary>By probe, in sending order: when it was given to the kernel, by <see cref="RealClock"/>; 0: not yet.</summary>
    private readonly long[] _sentAt;

    /// <summary>By probe, in sending order: how long the kernel took to have it, in 100 ns.</summary>
    private readonly int[] _handing;

    private readonly long[] _selfDelays;
    private int _selfDelayCount;
    private int _greeted;
    private int _answered;
    private int _sent;

    /// <summary>What a run holds in memory: five numbers a probe, the sockets' batches, the targets with their results.</summary>
    public static long Bytes(UdpProbeParams parameters) =>
        parameters.Size + 1024L * parameters.Targets.Count + 40L * parameters.Targets.Count * parameters.Count
            + 20_000L * parameters.Targets.DistinctBy(t => t.From).Count();

    /// <summary>Opens the sockets.</summary>
    /// <param name="parameters">Valid ones.</param>
    /// <param name="progress">Told now and then how many probes were sent, on the thread of <see cref="Run"/>.</param>
    public UdpProbeRun(UdpProbeParams parameters, Action<int> progress)
    {
        _parameters = parameters;
        _progress = progress;
        var targets = parameters.Targets;
        _sources = new ProbeSources(
            targets.Select(t => t.From), Math.Clamp(targets.Count * (parameters.Size + 1024) * 4, 1 << 20, 16 << 20), probePathMtu: false);
        _descriptors = _sources.Descriptors;
        _targets =
        [
            .. targets.Select(t => new ProbedTarget(t, parameters.Count, _sources.Of(t.From))),
        ];
        var probes = targets.Count * parameters.Count;
        _sentAt = new long[probes];
        _handing = new int[probes];
        _selfDelays = new long[probes];
        _message = new byte[parameters.Size];
    }

    /// <summary>Runs to the end.</summary>
    /// <exception cref="OperationCanceledException">Within some 20 ms of the cancellation.</exception>
    public UdpProbeResult Run(CancellationToken cancellationToken)
    {
        var full = NeighbourTables.Full();
        Greet(cancellationToken);
        var start = Stopwatch.GetTimestamp();
        var reported = start;
        for (var order = 0; order < _sentAt.Length; order++)
        {
            var target = _targets[order % _targets.Length];
            WaitUntil(Math.Max(Due(start, order), target.LastAttempt + Ticks(_parameters.IntervalMs)), cancellationToken);
            Send(target, order);
            if (Stopwatch.GetElapsedTime(reported).TotalMilliseconds >= 250)
            {
                reported = Stopwatch.GetTimestamp();
                _progress(order + 1);
            }
        }
        var end = Stopwatch.GetTimestamp() + Ticks(_parameters.TimeoutMs);
        while (_answered < _sent && Stopwatch.GetTimestamp() < end)
            WaitOnce(end, cancellationToken);
        // A thread that waited for a processor may be late itself.
        Receive();
        var delays = _selfDelays.AsSpan(0, _selfDelayCount);
        delays.Sort();
        return new UdpProbeResult
        {
            Targets = [.. _targets.Select(t => t.Result())],
            SelfDelayP50Ms = Percentiles.Of(delays, 50),
            SelfDelayP99Ms = Percentiles.Of(delays, 99),
            Dropped = _sources.Dropped,
            NeighboursFull = NeighbourTables.Full() - full,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _sources.Dispose();

    private static long Ticks(int milliseconds) => milliseconds * Stopwatch.Frequency / 1000;

    private long Due(long start, long order) => start + order * Stopwatch.Frequency / _parameters.Pps;

    private void Greet(CancellationToken cancellationToken)
    {
        var greeting = new byte[ReflectedProbe.Length];
        var expected = 0;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < _targets.Length; i++)
        {
            if (_targets[i].Socket is not { } socket)
                continue;
            WaitUntil(Due(start, i), cancellationToken);
            Message(ReflectedProbeKind.Greeting, 0, GreetingKey).Write(greeting);
            if (socket.Send(greeting, _targets[i].Address) == 0)
                expected++;
        }
        var end = Stopwatch.GetTimestamp() + (long)(GreetingTime.TotalSeconds * Stopwatch.Frequency);
        while (_greeted < expected && Stopwatch.GetTimestamp() < end)
            WaitOnce(end, cancellationToken);
    }

    private ReflectedProbe Message(ReflectedProbeKind kind, int probe, uint key) => new()
    {
        Kind = kind,
        Token = _parameters.Token,
        Sequence = (uint)(_parameters.FirstSequence + probe),
        Key = key,
    };

    private void Send(ProbedTarget target, int order)
    {
        target.LastAttempt = Stopwatch.GetTimestamp();
        if (target.Socket is not { } socket)
            return;
        Message(ReflectedProbeKind.Probe, order / _targets.Length, (uint)order).Write(_message);
        // Before the call: on loopback the answer is there when it returns.
        var before = RealClock.Now;
        _sentAt[order] = before;
        var error = socket.Send(_message, target.Address);
        if (SendRefusal.IsTemporary(error))
        {
            Polling.Wait([], 1);
            before = RealClock.Now;
            _sentAt[order] = before;
            error = socket.Send(_message, target.Address);
        }
        if (error != 0)
        {
            _sentAt[order] = 0;
            target.Reason = SendRefusal.Reason(error, target.HeaderLength + _message.Length, null);
            return;
        }
        _handing[order] = (int)Math.Clamp(RealClock.Now - before, 0, int.MaxValue);
        target.CountSent();
        _sent++;
    }

    private void WaitUntil(long due, CancellationToken cancellationToken)
    {
        Receive();
        while (Stopwatch.GetTimestamp() < due)
            WaitOnce(due, cancellationToken);
    }

    private void WaitOnce(long until, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var left = (until - Stopwatch.GetTimestamp()) * 1000 / Stopwatch.Frequency;
        Polling.Wait(_descriptors, (int)Math.Clamp(left + 1, 0, LongestWaitMs));
        Receive();
    }

    private void Receive()
    {
        foreach (var socket in _sources.Open)
        {
            while (socket.Receive() is var count and > 0)
            {
                var now = RealClock.Now;
                for (var slot = 0; slot < count; slot++)
                {
                    if (ReflectedProbe.TryParse(socket.Packet(slot), out var answer)
                        && answer.Kind == ReflectedProbeKind.Answer && answer.Token == _parameters.Token)
                        Take(answer, socket.ReceivedAt(slot) ?? now, now);
                }
            }
        }
    }

    private void Take(in ReflectedProbe answer, long receivedAt, long now)
    {
        if (answer.Key == GreetingKey)
        {
            _greeted++;
            return;
        }
        var order = answer.Key;
        if (order >= _sentAt.Length || _sentAt[order] == 0
            || answer.Sequence != _parameters.FirstSequence + order / _targets.Length)
            return;
        // A step of a real-time clock must not make a time negative.
        var took = Math.Max(0, Math.Min(receivedAt, now) - _sentAt[order]);
        var reflector = Math.Clamp(answer.AnsweredAt - answer.ReceivedAt, 0, took);
        // What a busy reflector took is not the network's.
        if (took - reflector > _parameters.TimeoutMs * TimeSpan.TicksPerMillisecond)
            return;
        if (!_targets[order % _targets.Length].Take((int)(order / _targets.Length), took - reflector))
            return;
        _answered++;
        _selfDelays[_selfDelayCount++] = _handing[order] + Math.Max(0, now - receivedAt);
    }
}
