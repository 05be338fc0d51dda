using System.Globalization;
using Steth.Diagnosis.Readiness.Pairs;

namespace Steth.Diagnosis.Readiness.Mesh;

/// <summary>
/// What was lost on each way. A pair's probes go one way and its answers the other, so each way is seen twice: by the probes of its
/// sender, and by the answers to those of its receiver.
/// </summary>
internal sealed class MeshLegs
{
    private readonly Dictionary<DirectedPair, (int Sent, int Lost)> _legs = [];
    private readonly HashSet<DirectedPair> _bad = [];

    /// <summary>The ways that packets were sent on.</summary>
    public IReadOnlyCollection<DirectedPair> Measured => _legs.Keys;

    /// <summary>The ways that lost something of a pair that lost too much.</summary>
    public IReadOnlySet<DirectedPair> Bad => _bad;

    /// <summary>Adds the pairs of a network up.</summary>
    public static MeshLegs Of(IEnumerable<JudgedPair> judged)
    {
        var legs = new MeshLegs();
        foreach (var pair in judged)
        {
            if (pair.Pair is not { Problem: null, Reflected: { } reflected, Answered: { } answered, Sent: > 0 } measured
                || pair.Trouble is MeshTrouble.Unproven or MeshTrouble.Overload or MeshTrouble.Crowded)
                continue;
            var there = new DirectedPair(measured.From, measured.To);
            legs.Add(there, measured.Sent, measured.Sent - reflected, pair.Trouble);
            legs.Add(there.Reversed, answered, answered - measured.Received, pair.Trouble);
        }
        return legs;
    }

    /// <summary>Of all that was sent on these ways, 0–100.</summary>
    public double PercentLost(IEnumerable<DirectedPair> ways)
    {
        var (sent, lost) = Sum(ways);
        return 100.0 * lost / sent;
    }

    /// <summary>One way in words.</summary>
    public string Describe(DirectedPair way) => _legs[way] is var (sent, lost)
        ? string.Create(CultureInfo.InvariantCulture, $"{way.From} to {way.To}: {lost} of {sent} packets did not arrive")
        : "";

    /// <summary>What the other ways lost: the control.</summary>
    public string Control()
    {
        var (sent, lost) = Sum(_legs.Keys.Where(w => !_bad.Contains(w)));
        return sent == 0 ? "no other way to compare with; each listener heard its own host"
            : string.Create(CultureInfo.InvariantCulture, $"on the other ways of this network {lost} of {sent} packets did not arrive");
    }

    private void Add(DirectedPair way, int sent, int lost, MeshTrouble trouble)
    {
        if (sent == 0)
            return;
        var (before, lostBefore) = _legs.GetValueOrDefault(way);
        _legs[way] = (before + sent, lostBefore + Math.Max(0, lost));
        if (lost > 0 && trouble == MeshTrouble.Loss)
            _bad.Add(way);
    }

    private (int Sent, int Lost) Sum(IEnumerable<DirectedPair> ways) =>
        ways.Aggregate((Sent: 0, Lost: 0), (sum, way) => (sum.Sent + _legs[way].Sent, sum.Lost + _legs[way].Lost));
}
