using System.Net;
using Steth.Agent.Kernel.Sockets;
using Steth.Contracts.Operations;
using static Steth.Agent.Kernel.Sockets.SocketNative;

namespace Steth.Agent.Kernel.Mtu;

/// <summary>One search on its way.</summary>
internal sealed class MtuLaneRun
{
    private readonly MtuWay? _way;
    private readonly byte[] _address;
    private readonly MtuLane _lane;
    private string? _note;
    private TimeSpan _last;
    private TimeSpan? _first;

    /// <summary>Begins a search.</summary>
    /// <param name="to">Whom.</param>
    /// <param name="port">UDP port; 0 with ICMP.</param>
    /// <param name="way">How; null: it cannot, and <paramref name="refusal"/> says why.</param>
    /// <param name="refusal">Why not.</param>
    /// <param name="lane">Which sizes.</param>
    public MtuLaneRun(IPAddress to, int port, MtuWay? way, string? refusal, MtuLane lane)
    {
        To = to;
        _address = KernelAddress.Of(to, port);
        _way = way;
        _lane = lane;
        if (way is null)
            lane.End(refusal);
    }

    /// <summary>Whom.</summary>
    public IPAddress To { get; }

    /// <summary>See <see cref="MtuLane.IsDone"/>.</summary>
    public bool IsDone => _lane.IsDone;

    /// <summary>See <see cref="MtuLane.WakeAt"/>.</summary>
    public TimeSpan WakeAt => _lane.WakeAt;

    /// <summary>See <see cref="MtuLane.NextSize"/>.</summary>
    public int? NextSize(TimeSpan now) => _lane.NextSize(now);

    /// <summary>Sends a packet.</summary>
    /// <returns>0, or the kernel's errno.</returns>
    public int Send(int size, int number) => _way!.Send(_address, size, number);

    /// <summary>A packet was given to the kernel, which took it unless it said why not.</summary>
    public void CountSent(TimeSpan now, int size, int error)
    {
        _first ??= now;
        _last = now;
        _lane.CountSent(now);
        if (error == Emsgsize)
            _lane.TooLarge(size, null);
        else if (error != 0)
            _lane.End(SendRefusal.Reason(error, size, null));
    }

    /// <summary>See <see cref="MtuLane.Answered"/>.</summary>
    public void Answered(int size, TimeSpan at, TimeSpan now)
    {
        _last = now;
        _lane.Answered(size, at, now);
    }

    /// <summary>See <see cref="MtuLane.TooLarge"/>.</summary>
    public void TooLarge(int size, string reason) => _lane.TooLarge(size, reason);

    /// <summary>What a router said that is not about the size.</summary>
    public void Note(string reason) => _note = reason;

    /// <summary>What was found.</summary>
    public MtuFound Result() => new()
    {
        Passed = _lane.Passed,
        Failed = _lane.Failed,
        Sent = _lane.Sent,
        TookMs = Math.Round((_last - (_first ?? _last)).TotalMilliseconds, 1),
        Reason = _lane.Passed is null ? _note ?? _lane.Reason : _lane.Failed is null ? null : _lane.Reason,
    };
}
