using Steth.Contracts.Operations;
using Steth.Controller.Checks.Pairs;
using Steth.Diagnosis.Readiness.Mesh;
using Steth.Diagnosis.Readiness.Pairs;

namespace Steth.Controller.Checks.Mesh;

/// <summary>What is known of one directed pair so far.</summary>
internal sealed class MeshTally(PairPlace from, PairPlace to)
{
    private int _sent;
    private int _received;
    private int _reordered;
    private int _duplicates;
    private UdpProbeTargetResult? _times;
    private ReflectorPeerCounts? _heard;
    private bool _told;
    private long _dropped;
    private readonly SortedSet<string> _crowded = new(StringComparer.Ordinal);
    private string? _refusal;
    private PairProblem? _problem;

    /// <summary>Who probes.</summary>
    public PairPlace From => from;

    /// <summary>Who answers.</summary>
    public PairPlace To => to;

    /// <summary>Where the reflector listens; null: not yet, or it does not.</summary>
    public int? Port { get; set; }

    /// <summary>The reflector answered its own host.</summary>
    public bool Proven { get; set; }

    /// <summary>It can be tried.</summary>
    public bool CanTry => _problem is null && Port is not null;

    /// <summary>Something was not answered so far.</summary>
    public bool IsLossy => _received < _sent;

    /// <summary>It cannot be measured; the first reason counts.</summary>
    public void Spoil(PairProblem problem) => _problem ??= problem;

    /// <summary>Adds what a prober found; times of the later run count, when it has any.</summary>
    public void Add(UdpProbeTargetResult result, UdpProbeResult run)
    {
        if (run.NeighboursFull > 0)
            _crowded.Add(from.Node.Name);
        _sent += result.Sent;
        _received += result.Received;
        _reordered += result.Reordered;
        _duplicates += result.Duplicates;
        _refusal = result.Reason;
        if (result.Received > 0 || _times is null)
            _times = result;
        _dropped += run.Dropped ?? 0;
    }

    /// <summary>Adds what the reflector counted in the end; null: it heard nothing of this pair.</summary>
    public void Add(ReflectorPeerCounts? heard, long? dropped, long? neighboursFull)
    {
        if (neighboursFull > 0)
            _crowded.Add(to.Node.Name);
        _told = true;
        _heard = heard;
        _dropped += dropped ?? 0;
    }

    /// <summary>What to judge.</summary>
    public MeshPair Pair() => new()
    {
        From = from.Node.Name,
        To = to.Node.Name,
        Network = from.Network,
        IpVersion = from.IpVersion,
        Sent = _sent,
        Received = _received,
        Reflected = _told ? _heard?.Received ?? 0 : null,
        Answered = _told ? _heard?.Answered ?? 0 : null,
        Proven = Proven,
        OwnLosses = _dropped + (_heard?.Refused ?? 0) + (_heard?.Late ?? 0),
        Crowded = [.. _crowded],
        RttMinMs = _times?.RttMinMs,
        RttP50Ms = _times?.RttP50Ms,
        RttP99Ms = _times?.RttP99Ms,
        RttMaxMs = _times?.RttMaxMs,
        JitterMs = _times?.JitterMs,
        Reordered = _reordered,
        Duplicates = _duplicates,
        Refusal = _refusal,
        Problem = _problem,
    };
}
