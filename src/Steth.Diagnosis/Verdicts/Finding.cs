using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;

namespace Steth.Diagnosis.Verdicts;

/// <summary>Something a check found on a path.</summary>
public sealed record Finding
{
    /// <summary>What it is.</summary>
    public required Cause Cause { get; init; }

    /// <summary>Fail: it is so. Unknown: it could not be decided; it is never a cause.</summary>
    public CheckState State { get; init; } = CheckState.Fail;

    /// <summary>The node it is on; null: none in particular (Neutron's own state).</summary>
    public string? Host { get; init; }

    /// <summary>The device, bridge, namespace or program it is at, as an operator would name it; null: none in particular.</summary>
    public string? Device { get; init; }

    /// <summary>
    /// Hops of the path it acts at: a fault explains a loss when one of them is among the suspects. Empty: it acts on the whole path,
    /// wherever that is lost.
    /// </summary>
    public IReadOnlyList<PathHop> At { get; init; } = [];

    /// <summary>The exchanges it breaks; empty: all that pass it.</summary>
    public IReadOnlyList<ProbeKind> Breaks { get; init; } = [];

    /// <summary>The leg it breaks: true the request's, false the answer's; null: either.</summary>
    public bool? BreaksRequest { get; init; }

    /// <summary>Causes that are its consequences on the same node (or anywhere, when it has none): they are not named beside it.</summary>
    public IReadOnlyList<Cause> Explains { get; init; } = [];

    /// <summary>Its consequences may be on other nodes than its own: Neutron's state, which every node follows.</summary>
    public bool ExplainsElsewhere { get; init; }

    /// <summary>
    /// True: taken from the very packets of a probe (a loss, a drop counter that moved, a trace). False: a state that contradicts.
    /// </summary>
    public bool IsObserved { get; init; }

    /// <summary>
    /// It is worth saying and breaks nothing that was tried: a rule set that is bypassed, an agent that is dead while packets still pass.
    /// </summary>
    public bool IsRemark { get; init; }

    /// <summary>It breaks its exchanges though their packets came through: a foreign DHCP server, a metadata service that fails.</summary>
    public bool IsDecisive { get; init; }

    /// <summary>What shows it, a sentence each.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }

    /// <summary>What to do, in a sentence with the command or the service; null: nothing known.</summary>
    public string? Remedy { get; init; }
}
