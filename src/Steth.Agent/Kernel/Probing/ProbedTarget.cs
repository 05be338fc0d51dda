using Steth.Agent.Kernel.Sockets;
using Steth.Contracts.Operations;

namespace Steth.Agent.Kernel.Probing;

/// <summary>One target of a run and what became of its probes.</summary>
internal sealed class ProbedTarget
{
    private readonly UdpProbeTarget _asked;

    /// <summary>By probe: its round trip in 100 ns; less than 0: not answered.</summary>
    private readonly long[] _roundTrips;

    private int _sent;
    private int _received;
    private int _reordered;
    private int _duplicates;
    private int _highest = -1;

    /// <summary>Begins with nothing sent.</summary>
    public ProbedTarget(UdpProbeTarget asked, int count, (UdpSocket? Socket, string? Refusal) source)
    {
        _asked = asked;
        _roundTrips = new long[count];
        _roundTrips.AsSpan().Fill(-1);
        (Socket, Reason) = source;
        Address = KernelAddress.Of(asked.To, asked.Port);
    }

    /// <summary>Where its probes leave; null: they cannot.</summary>
    public UdpSocket? Socket { get; }

    /// <summary>The target for the kernel.</summary>
    public byte[] Address { get; }

    /// <summary>IP header and UDP header in bytes.</summary>
    public int HeaderLength => UdpSocket.HeaderLength(_asked.To);

    /// <summary>Stopwatch time of the last probe, sent or refused.</summary>
    public long LastAttempt { get; set; }

    /// <summary>Why a probe could not be sent.</summary>
    public string? Reason { get; set; }

    /// <summary>A probe left.</summary>
    public void CountSent() => _sent++;

    /// <summary>A probe was answered.</summary>
    /// <param name="probe">Which, from 0.</param>
    /// <param name="roundTrip">In 100 ns.</param>
    /// <returns>False when it was answered before.</returns>
    public bool Take(int probe, long roundTrip)
    {
        if (_roundTrips[probe] >= 0)
        {
            _duplicates++;
            return false;
        }
        _roundTrips[probe] = roundTrip;
        _received++;
        if (probe < _highest)
            _reordered++;
        else
            _highest = probe;
        return true;
    }

    /// <summary>What became of the probes so far.</summary>
    public UdpProbeTargetResult Result()
    {
        long[] inOrder = [.. _roundTrips.Where(r => r >= 0)];
        double changes = 0;
        for (var i = 1; i < inOrder.Length; i++)
            changes += Math.Abs(inOrder[i] - inOrder[i - 1]);
        var jitter = inOrder.Length < 2 ? (double?)null : Percentiles.Milliseconds(changes / (inOrder.Length - 1));
        Array.Sort(inOrder);
        return new UdpProbeTargetResult
        {
            From = _asked.From,
            To = _asked.To,
            Sent = _sent,
            Received = _received,
            RttMinMs = inOrder.Length == 0 ? null : Percentiles.Milliseconds(inOrder[0]),
            RttP50Ms = Percentiles.Of(inOrder, 50),
            RttP99Ms = Percentiles.Of(inOrder, 99),
            RttMaxMs = inOrder.Length == 0 ? null : Percentiles.Milliseconds(inOrder[^1]),
            JitterMs = jitter,
            Reordered = _reordered,
            Duplicates = _duplicates,
            Reason = Reason,
        };
    }
}
