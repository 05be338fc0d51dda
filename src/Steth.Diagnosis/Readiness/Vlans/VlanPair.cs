using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>What the rounds say of one directed pair and one kind of probes.</summary>
internal sealed record VlanPair
{
    /// <summary>So often a probe has to have left, at a time when the other end listened, before it counts as blocked.</summary>
    public const int LeastCopies = 3;

    /// <summary>No probe is sent more often.</summary>
    public const int MostCopies = 8;

    /// <summary>So many VLANs of a pair may be taken for blocked by mere losses, on average.</summary>
    private const double MostMistakes = 0.001;

    private static readonly VlanPair _nothing = new()
    {
        Heard = VlanSet.Empty,
        Broken = VlanSet.Empty,
        Unknown = VlanSet.Empty,
        Repeat = VlanSet.Empty,
    };

    /// <summary>VLANs whose probes arrived.</summary>
    public required VlanSet Heard { get; init; }

    /// <summary>VLANs that are blocked.</summary>
    public required VlanSet Broken { get; init; }

    /// <summary>VLANs of which nothing can be said.</summary>
    public required VlanSet Unknown { get; init; }

    /// <summary>VLANs that may be decided by sending once more.</summary>
    public required VlanSet Repeat { get; init; }

    /// <summary>Why <see cref="Unknown"/> is; null when it is empty.</summary>
    public VlanUnknown? Why { get; init; }

    /// <summary>Copies that left in VLANs that do cross, while the other end listened.</summary>
    public int Copies { get; init; }

    /// <summary>Those of them that did not arrive.</summary>
    public int Lost { get; init; }

    /// <summary>Both nodes use the same NIC: no frame crosses the fabric between them.</summary>
    public bool SharesNic { get; init; }

    /// <summary>Reads a pair.</summary>
    /// <param name="evidence">What was measured.</param>
    /// <param name="sender">The sender's number.</param>
    /// <param name="receiver">The receiver's.</param>
    /// <param name="kind">Which probes.</param>
    /// <param name="asked">The VLANs it is about.</param>
    public static VlanPair Read(VlanEvidence evidence, int sender, int receiver, VlanProbeKind kind, VlanSet asked)
    {
        var rounds = evidence.Rounds;
        var heard = Union(rounds, round => round.Arrived(sender, receiver, kind)).Intersect(asked);
        var missing = asked.Except(heard);
        if (missing.IsEmpty)
            return Counted(_nothing with { Heard = heard }, rounds, sender, receiver, kind);
        if (heard.IsEmpty && rounds.Any(round => VlanRound.Kinds.Any(any => !round.Left(sender, receiver, any).IsEmpty)))
            return _nothing with { SharesNic = true };
        var pair = Counted(_nothing with { Heard = heard }, rounds, sender, receiver, kind);
        var listened = rounds.Where(round => round.Listened(receiver));
        var proven = AtLeast(LeastCopies, listened.Select(round => round.Left(sender, sender, kind)));
        var again = rounds.Count < MostCopies;
        var (broken, open) = (missing.Intersect(proven), missing.Except(proven));
        if (!broken.IsEmpty && pair.Lost > 0 && Mistakes(pair, broken.Count, rounds.Count) > MostMistakes)
            return pair with { Unknown = missing, Repeat = again ? missing : VlanSet.Empty, Why = VlanUnknown.Lossy };
        return pair with
        {
            Broken = broken,
            Unknown = open,
            Repeat = again ? open : VlanSet.Empty,
            Why = open.IsEmpty ? null : Reason(rounds, sender, receiver, kind),
        };
    }

    // Each of so many VLANs loses every copy by chance with the power of the rate that others of the pair lose theirs with.
    private static double Mistakes(VlanPair pair, int vlans, int copies) => vlans * Math.Pow((double)pair.Lost / pair.Copies, copies);

    private static VlanPair Counted(VlanPair pair, IReadOnlyList<VlanRound> rounds, int sender, int receiver, VlanProbeKind kind)
    {
        var (copies, lost) = (0, 0);
        foreach (var round in rounds.Where(round => round.Listened(receiver)))
        {
            var left = round.Left(sender, sender, kind);
            var arrived = round.Arrived(sender, receiver, kind);
            if (ReferenceEquals(left, arrived) && ReferenceEquals(pair.Heard, left))
            {
                copies += left.Count;
                continue;
            }
            var sent = left.Intersect(pair.Heard);
            copies += sent.Count;
            lost += sent.Except(arrived).Count;
        }
        return pair with { Copies = copies, Lost = lost };
    }

    private static VlanUnknown Reason(IReadOnlyList<VlanRound> rounds, int sender, int receiver, VlanProbeKind kind)
    {
        if (rounds.Any(round => round.SendProblem(sender) is not null))
            return VlanUnknown.NotSent;
        if (rounds.Any(round => round.ListenProblem(receiver) is not null))
            return VlanUnknown.NotHeard;
        if (rounds.Any(round => round.Dropped(receiver) > 0))
            return VlanUnknown.Dropped;
        if (rounds.All(round => round.Left(sender, sender, kind).IsEmpty))
            return rounds.Any(round => round.ListenProblem(sender) is not null) ? VlanUnknown.NotWatched : VlanUnknown.NotLeft;
        return rounds.Any(round => round.Listened(receiver)) ? VlanUnknown.NotLeft : VlanUnknown.Deaf;
    }

    private static VlanSet Union(IReadOnlyList<VlanRound> rounds, Func<VlanRound, VlanSet> read)
    {
        var all = VlanSet.Empty;
        foreach (var set in rounds.Select(read))
            all = all.IsEmpty || ReferenceEquals(all, set) ? set : set.IsEmpty ? all : all.Union(set);
        return all;
    }

    private static VlanSet AtLeast(int times, IEnumerable<VlanSet> sets)
    {
        var counted = Enumerable.Repeat(VlanSet.Empty, times).ToArray();
        foreach (var set in sets)
        {
            for (var i = times - 1; i > 0; i--)
                counted[i] = counted[i].Union(counted[i - 1].Intersect(set));
            counted[0] = counted[0].Union(set);
        }
        return counted[^1];
    }
}
