using Steth.Lab.Plan;
using Steth.Lab.Probing;

namespace Steth.Lab.Faults;

/// <summary>A way to break the lab, and what a diagnosis should call it.</summary>
internal sealed record Fault
{
    /// <summary>Cause id, or cause id and shape: F1, I1-dead-tag.</summary>
    public required string Name { get; init; }

    /// <summary>What is wrong then, in a line.</summary>
    public required string Title { get; init; }

    /// <summary>It breaks one VM port (or its host), not the whole network.</summary>
    public bool IsOfPort { get; init; } = true;

    /// <summary>Whether it can be made for a port.</summary>
    public Func<PortPlan, bool> Fits { get; init; } = _ => true;

    /// <summary>Where it is made for a port.</summary>
    public required Func<LabPlan, PortPlan, FaultSite> Site { get; init; }

    /// <summary>Where a diagnosis places it, which sees the nodes but not the switch; null: where it is made.</summary>
    public Func<LabPlan, PortPlan, FaultSite>? Place { get; init; }

    /// <summary>The symptoms that a port has then, of those it can have.</summary>
    public Func<PortPlan, IEnumerable<string>> Breaks { get; init; } = Symptom.Of;

    /// <summary>
    /// Symptoms of it that a diagnosis does not see: it knows MACs a guest would have to ask for, sends large packets one way only, and enters
    /// from outside behind the switch.
    /// </summary>
    public IReadOnlyList<string> Unseen { get; init; } = [];

    /// <summary>Plans it on the running lab: reads what is there now, so that healing brings back exactly that.</summary>
    public required Func<FaultScene, CancellationToken, Task<FaultSteps>> PlanAsync { get; init; }

    /// <summary>The cause id a diagnosis should name.</summary>
    public string Cause => Name.Split('-')[0];

    /// <summary>The symptoms of a port, in the order of <see cref="Symptom.Of"/>.</summary>
    public IReadOnlyList<string> SymptomsOf(PortPlan port) => [.. Symptom.Of(port).Where(Breaks(port).ToHashSet().Contains)];

    /// <summary>Everything but some symptoms.</summary>
    public static Func<PortPlan, IEnumerable<string>> AllBut(params string[] spared) => port => Symptom.Of(port).Except(spared);

    /// <summary>These symptoms.</summary>
    public static Func<PortPlan, IEnumerable<string>> Only(params string[] symptoms) => _ => symptoms;
}
