using Steth.Contracts.Operations;

namespace Steth.Agent.Kernel.Mtu;

/// <summary>One target with its searches.</summary>
internal sealed class MtuTarget
{
    private readonly MtuSearchTarget _asked;
    private readonly MtuWays _ways;
    private readonly int? _remembered;
    private readonly MtuLaneRun? _udp;
    private readonly MtuLaneRun? _icmp;

    /// <summary>Begins the searches.</summary>
    public MtuTarget(MtuSearchTarget asked, MtuWays ways, MtuSearchParams parameters)
    {
        _asked = asked;
        _ways = ways;
        _remembered = ways.Remembered(asked.To);
        // Without an interface of its own the address is reached by the routes, which know their MTU.
        var ceiling = Math.Min(ways.InterfaceMtu ?? _remembered ?? ushort.MaxValue, ushort.MaxValue);
        var timeout = TimeSpan.FromMilliseconds(parameters.TimeoutMs);
        if (asked.Port is { } port)
            _udp = new MtuLaneRun(asked.To, port, ways.Udp, ways.UdpRefusal, new MtuLane(ceiling, timeout));
        if (parameters.Icmp)
            _icmp = new MtuLaneRun(asked.To, 0, ways.Icmp, ways.IcmpRefusal, new MtuLane(ceiling, timeout));
    }

    /// <summary>The searches.</summary>
    public IEnumerable<MtuLaneRun> Lanes => ((MtuLaneRun?[])[_udp, _icmp]).OfType<MtuLaneRun>();

    /// <summary>What was found.</summary>
    public MtuSearchTargetResult Result() => new()
    {
        From = _asked.From,
        To = _asked.To,
        Interface = _ways.Interface?.ToString(),
        InterfaceMtu = _ways.InterfaceMtu,
        RememberedMtu = _remembered < _ways.InterfaceMtu ? _remembered : null,
        Udp = _udp?.Result(),
        Icmp = _icmp?.Result(),
    };
}
