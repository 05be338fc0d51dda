using Steth.Lab.State;

namespace Steth.Lab.Faults;

/// <summary>The commands that make a fault, and those that undo it.</summary>
internal sealed record FaultSteps(IReadOnlyList<HostCommand> Make, IReadOnlyList<HostCommand> Undo)
{
    /// <summary>For a plan that needed to look at nothing.</summary>
    public Task<FaultSteps> Now() => Task.FromResult(this);
}
