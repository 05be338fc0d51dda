using Steth.Diagnosis.Evidence;

namespace Steth.Diagnosis.Paths;

/// <summary>The way of one probe's request, from where it enters to who answers it.</summary>
/// <param name="Probe">Which probe.</param>
/// <param name="Hops">In the order the request meets them; empty when nothing is known of the way.</param>
/// <param name="Answerer">Who should answer, for a reader: <c>the DHCP server on net1</c>.</param>
public sealed record ProbePath(ProbeKind Probe, IReadOnlyList<PathHop> Hops, string Answerer)
{
    /// <summary>Why the way is not known to its end: <c>no host has the router</c>; null: it is.</summary>
    public string? Gap { get; init; }
}
