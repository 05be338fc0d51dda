using System.Net;
using System.Net.Sockets;
using Steth.Agent.Kernel.Sockets;
using Steth.Contracts.Operations;

namespace Steth.Agent.Kernel.Icmp;

/// <summary>One target of a run: where its probes go and what became of them.</summary>
internal sealed class EchoTarget
{
    private const int Decimals = 4;

    private readonly IPAddress _asked;
    private int _sent;
    private int _received;
    private TimeSpan _shortest = TimeSpan.MaxValue;
    private TimeSpan _longest;
    private TimeSpan _sum;

    /// <summary>Begins with nothing sent.</summary>
    public EchoTarget(IPAddress asked)
    {
        _asked = asked;
        Address = asked.IsIPv4MappedToIPv6 ? asked.MapToIPv4() : asked;
        SocketAddress = KernelAddress.Of(Address);
    }

    /// <summary>Where the probes go; an IPv4-mapped address goes by IPv4.</summary>
    public IPAddress Address { get; }

    /// <summary><see cref="Address"/> for the kernel.</summary>
    public byte[] SocketAddress { get; }

    /// <summary>It is reached by ICMPv6.</summary>
    public bool IsV6 => Address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Stopwatch time of the last probe, sent or refused.</summary>
    public long LastAttempt { get; set; }

    /// <summary>Probes that were answered, refused, complained about or given up.</summary>
    public int Settled { get; set; }

    /// <summary>Why the last failed probe did.</summary>
    public string? Reason { get; set; }

    /// <summary>A probe left.</summary>
    public void CountSent() => _sent++;

    /// <summary>A probe was answered.</summary>
    public void CountAnswer(TimeSpan roundTrip)
    {
        _received++;
        _sum += roundTrip;
        if (roundTrip < _shortest)
            _shortest = roundTrip;
        if (roundTrip > _longest)
            _longest = roundTrip;
    }

    /// <summary>What became of the probes so far.</summary>
    public PingTargetResult Result() => new()
    {
        Destination = _asked,
        Sent = _sent,
        Received = _received,
        LossPercent = _sent == 0 ? null : Math.Round(100.0 * (_sent - _received) / _sent, 2),
        RttMinMs = _received == 0 ? null : Milliseconds(_shortest),
        RttAvgMs = _received == 0 ? null : Milliseconds(_sum / _received),
        RttMaxMs = _received == 0 ? null : Milliseconds(_longest),
        Reason = Reason,
    };

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, Decimals);
}
