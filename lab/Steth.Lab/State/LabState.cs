using Steth.Lab.Names;
using Steth.Lab.Plan;

namespace Steth.Lab.State;

/// <summary>What is known of a running lab, in its state.json. All else follows from the name and the number of bare hosts.</summary>
public sealed record LabState
{
    /// <summary>The lab's name.</summary>
    public required string Name { get; init; }

    /// <summary>How many bare hosts it has; 0: it is a cloud.</summary>
    public int BareHosts { get; init; }

    /// <summary>What forwards the packets of its bridges.</summary>
    public Datapath Datapath { get; init; }

    /// <summary>`up` reached its end; otherwise it still runs, or died.</summary>
    public bool IsUp { get; init; }

    /// <summary>PID 1 of each host, by host name, as this machine counts processes.</summary>
    public IReadOnlyDictionary<string, int> HostProcesses { get; init; } = new Dictionary<string, int>();

    /// <summary>The faults that are made and not yet healed, oldest first.</summary>
    public IReadOnlyList<MadeFault> Faults { get; init; } = [];

    /// <summary>What the lab consists of.</summary>
    public LabPlan ToPlan() => new(LabName.Parse(Name), BareHosts);
}
