using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;

namespace Steth.Diagnosis.Verdicts;

/// <summary>
/// Chooses, of all that was found, what explains each loss. A finding explains a loss only when it acts between the last place that saw
/// the packet and the first that did not: whatever lies before that is contradicted by the packet having passed. What lies behind is named
/// after it: nothing is known there, and the fault would stop the packet next.
/// </summary>
public static class CauseSelection
{
    /// <summary>Findings that explain a probe's outcome, the nearest to where the packet came from first, then those behind.</summary>
    public static IReadOnlyList<Finding> Explain(ProbeKind probe, ProbeOutcome outcome, IReadOnlyList<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(findings);
        var real = findings.Where(f => f.State == CheckState.Fail && (f.Breaks.Count == 0 || f.Breaks.Contains(probe))).ToList();
        if (outcome.State == ProbeState.Answered)
            return [.. real.Where(f => f.IsDecisive)];
        var near = real.Where(f => !f.IsRemark && Acts(f, outcome.Suspects, outcome.IsRequest)).ToList();
        near = Roots(near, real);
        var behind = real.Where(f => !f.IsRemark && !near.Contains(f) && IsBehind(f, outcome)).ToList();
        behind = [.. Roots(behind, real).Where(f => !near.Contains(f) && !near.Any(n => Explains(n, f)))];
        return near.Count == 0 ? [] : [.. InOrder(near, outcome.Leg), .. InOrder(behind, outcome.Leg)];
    }

    /// <summary>Whether a finding names another as its consequence.</summary>
    public static bool Explains(Finding root, Finding consequence)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(consequence);
        return root != consequence && root.Explains.Contains(consequence.Cause)
            && (root.ExplainsElsewhere || root.Host is null || consequence.Host is null || root.Host == consequence.Host);
    }

    /// <summary>Whether two findings, each about what lies between two hops, have one of the hops in common.</summary>
    public static bool SharePlaceBetween(Finding one, Finding other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.At.Count == 2 && other.At.Count == 2 && one.At.Any(a => other.At.Any(b => a.IsAt(b)));
    }

    private static bool Acts(Finding finding, IReadOnlyList<PathHop> suspects, bool isRequest) =>
        (finding.BreaksRequest is null || finding.BreaksRequest == isRequest)
        && (finding.At.Count == 0 || finding.At.Any(a => suspects.Any(s => a.IsAt(s))));

    // Behind a lost request nothing is known of what it did not reach, nor of the whole way back. Behind a lost answer the request has
    // passed: only what breaks answers alone can be there.
    private static bool IsBehind(Finding finding, ProbeOutcome outcome) => finding.BreaksRequest == false
        ? finding.At.Any(a => (outcome.IsRequest ? outcome.Leg : outcome.Beyond).Any(s => a.IsAt(s)))
        : outcome.IsRequest && finding.At.Any(a => outcome.Beyond.Any(s => a.IsAt(s)));

    // A root that breaks the exchange itself takes the place of its consequences, also when it is but a remark without them.
    private static List<Finding> Roots(List<Finding> found, List<Finding> real)
    {
        var roots = new List<Finding>();
        foreach (var finding in found)
        {
            // Each once: causes that explain each other would be followed for ever.
            var chain = new List<Finding> { finding };
            while (real.FirstOrDefault(f => Explains(f, chain[^1]) && !chain.Contains(f)) is { } deeper)
                chain.Add(deeper);
            if (!roots.Contains(chain[^1]))
                roots.Add(chain[^1]);
        }
        return roots;
    }

    private static IEnumerable<Finding> InOrder(List<Finding> found, IReadOnlyList<PathHop> leg) =>
        found.OrderBy(f => f.At.Count == 0 ? -1 : Place(f, leg)).ThenByDescending(f => f.IsObserved);

    private static int Place(Finding finding, IReadOnlyList<PathHop> leg)
    {
        for (var i = 0; i < leg.Count; i++)
        {
            if (finding.At.Any(a => a.IsAt(leg[i])))
                return i;
        }
        return int.MaxValue;
    }
}
