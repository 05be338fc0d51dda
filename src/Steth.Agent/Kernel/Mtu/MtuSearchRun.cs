using System.Diagnostics;
using System.Net;
using Steth.Agent.Kernel.Probing;
using Steth.Agent.Kernel.Sockets;
using Steth.Contracts.Operations;

namespace Steth.Agent.Kernel.Mtu;

/// <summary>Searches for all targets of a call at once on the calling thread, at a steady pace.</summary>
internal sealed class MtuSearchRun : IMtuAnswers, IDisposable
{
    /// <summary>How long one wait in the kernel may last before the caller's cancellation is looked at.</summary>
    private const int LongestWaitMs = 20;

    /// <summary>A pace that fell behind may catch up for this long.</summary>
    private static readonly TimeSpan CatchUp = TimeSpan.FromMilliseconds(5);

    private readonly MtuSearchParams _parameters;
    private readonly Dictionary<IPAddress, MtuWays> _ways = [];
    private readonly MtuTarget[] _targets;
    private readonly MtuLaneRun[] _lanes;
    private readonly Action<int> _progress;
    private readonly IDisposable _place;
    private readonly List<(MtuLaneRun Lane, int Size, TimeSpan At)> _sent = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _gap;
    private TimeSpan _next;

    /// <summary>What a run holds in memory: the packets it sent, some hundred a search, and the sockets' batches.</summary>
    public static long Bytes(MtuSearchParams parameters) =>
        12_000L * parameters.Targets.Count * (parameters.Icmp ? 2 : 1) + 50_000L * parameters.Targets.DistinctBy(t => t.From).Count();

    /// <summary>Opens the sockets.</summary>
    /// <param name="parameters">Valid ones.</param>
    /// <param name="progress">Told now and then how many searches are done, on the thread of <see cref="Run"/>.</param>
    /// <exception cref="Contracts.OperationException">Busy: as many sockets are open as may.</exception>
    public MtuSearchRun(MtuSearchParams parameters, Action<int> progress)
    {
        _parameters = parameters;
        _progress = progress;
        _gap = TimeSpan.FromSeconds(1.0 / parameters.Pps);
        IGrouping<IPAddress, MtuSearchTarget>[] sources = [.. parameters.Targets.GroupBy(t => t.From)];
        _place = ProbeRoom.Take(MtuWays.Sockets * sources.Length);
        try
        {
            var buffers = new MtuWays.Buffers();
            foreach (var from in sources)
                _ways.Add(from.Key, new MtuWays(from.Key, parameters.Token, from.Count(), parameters.Icmp, buffers));
            _targets = [.. parameters.Targets.Select(t => new MtuTarget(t, _ways[t.From], parameters))];
        }
        catch
        {
            Dispose();
            throw;
        }
        _lanes = [.. _targets.SelectMany(t => t.Lanes)];
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    /// <summary>Runs to the end.</summary>
    /// <exception cref="OperationCanceledException">Within some 20 ms of the cancellation.</exception>
    public MtuSearchResult Run(CancellationToken cancellationToken)
    {
        int[] sockets = [.. _ways.Values.SelectMany(w => (MtuWay?[])[w.Udp, w.Icmp]).OfType<MtuWay>().Select(w => w.Descriptor)];
        var reported = TimeSpan.Zero;
        while (_lanes.Count(l => !l.IsDone) is var open and > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var hasSent = SendDue();
            foreach (var ways in _ways.Values)
            {
                ways.Udp?.Receive(this);
                ways.Icmp?.Receive(this);
            }
            if (Now - reported > TimeSpan.FromMilliseconds(250))
            {
                reported = Now;
                _progress(_lanes.Length - open);
            }
            if (!hasSent)
                Polling.Wait(sockets, WaitMs());
        }
        return new MtuSearchResult { Targets = [.. _targets.Select(t => t.Result())] };
    }

    /// <inheritdoc/>
    public void Answered(int number)
    {
        if (number < _sent.Count && _sent[number] is var (lane, size, at))
            lane.Answered(size, at, Now);
    }

    /// <inheritdoc/>
    public void Complained(ushort sequence, IPAddress to, bool isTooLarge, string reason)
    {
        // An error quotes the low half of the number: the latest packet to that address with it is meant.
        for (var number = sequence + (_sent.Count - 1 - sequence) / 65536 * 65536; number >= 0 && number < _sent.Count; number -= 65536)
        {
            var (lane, size, _) = _sent[number];
            if (!lane.To.Equals(to))
                continue;
            if (isTooLarge)
                lane.TooLarge(size, reason);
            else
                lane.Note(reason);
            return;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var ways in _ways.Values)
            ways.Dispose();
        _place.Dispose();
    }

    /// <summary>One packet of each lane, as far as the pace allows.</summary>
    private bool SendDue()
    {
        var hasSent = false;
        foreach (var lane in _lanes)
        {
            var now = Now;
            if (now < _next)
                return hasSent;
            if (lane.IsDone || lane.NextSize(now) is not { } size)
                continue;
            var error = lane.Send(size, _sent.Count);
            if (SendRefusal.IsTemporary(error))
                return hasSent;
            _next = (_next < now - CatchUp ? now - CatchUp : _next) + _gap;
            _sent.Add((lane, size, now));
            lane.CountSent(now, size, error);
            hasSent = true;
        }
        return hasSent;
    }

    private int WaitMs()
    {
        var now = Now;
        var until = _lanes.Where(l => !l.IsDone).Select(l => l.WakeAt).DefaultIfEmpty(now).Min();
        if (until < _next)
            until = _next;
        return (int)Math.Clamp(Math.Ceiling((until - now).TotalMilliseconds), 1, LongestWaitMs);
    }
}
