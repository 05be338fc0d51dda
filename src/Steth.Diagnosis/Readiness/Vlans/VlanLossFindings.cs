using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>Probes that were lost in VLANs that do cross: some copies arrived, others did not.</summary>
internal sealed class VlanLossFindings(VlanEvidence evidence, VlanMatrix matrix)
{
    // A handful of lost broadcasts is what any busy fabric has.
    private const int LeastLost = 20;
    private const double LeastShare = 0.05;

    private IEnumerable<(int Sender, int Receiver, VlanPair Pair)> Lossy => matrix.Pairs()
        .Select(pair => (pair.Sender, pair.Receiver, matrix.Pair(pair.Sender, pair.Receiver, VlanProbeKind.Plain)))
        .Where(pair => pair.Item3.Lost > 0)
        .OrderByDescending(pair => Share(pair.Item3));

    /// <summary>Where it is more than what a busy fabric loses.</summary>
    public IEnumerable<CheckFinding> Findings()
    {
        var many = Lossy.Where(pair => IsMany(pair.Pair)).ToArray();
        if (many.Length == 0)
            yield break;
        int[] senders = [.. many.Select(pair => pair.Sender).Distinct()];
        int[] receivers = [.. many.Select(pair => pair.Receiver).Distinct()];
        var where = receivers.Length == 1 && senders.Length > 1 ? $"to {Name(receivers[0])}"
            : senders.Length == 1 && receivers.Length > 1 ? $"from {Name(senders[0])}"
            : VlanWords.Names(many.Select(pair => $"{Name(pair.Sender)} -> {Name(pair.Receiver)}"));
        yield return new CheckFinding
        {
            Id = "vlan-frames-lost",
            State = CheckState.Fail,
            Summary = $"up to {Percent(Share(many[0].Pair))} of the frames are lost: {where}",
            Nodes = [.. senders.Concat(receivers).Distinct().Order().Select(Name)],
            Evidence = [.. many.Select(pair => Line(pair.Sender, pair.Receiver, pair.Pair)), "the VLANs do cross: other copies arrived"],
            Remedy = "Measure it with `steth check mesh`; look at errors and drops of the NICs and switch ports, and at storm control.",
        };
    }

    /// <summary>Where it is not.</summary>
    public IEnumerable<string> Notes()
    {
        var few = Lossy.Where(pair => !IsMany(pair.Pair)).ToArray();
        if (few.Length == 0)
            yield break;
        var (sender, receiver, worst) = few[0];
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{few.Sum(pair => pair.Pair.Lost)} of {few.Sum(pair => (long)pair.Pair.Copies)} probes were lost and arrived when sent again; "
            + $"most from {Line(sender, receiver, worst)}.");
    }

    private string Line(int sender, int receiver, VlanPair pair) => string.Create(CultureInfo.InvariantCulture,
        $"{Name(sender)} to {Name(receiver)}: {pair.Lost} of {pair.Copies} ({Percent(Share(pair))})");

    private static bool IsMany(VlanPair pair) => pair.Lost >= LeastLost && Share(pair) >= LeastShare;

    private static double Share(VlanPair pair) => (double)pair.Lost / pair.Copies;

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    private string Name(int node) => evidence.Nodes[node].Name;
}
