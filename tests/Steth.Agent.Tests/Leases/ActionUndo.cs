using Steth.Agent.Leases;
using Steth.Agent.Tools;

namespace Steth.Agent.Tests.Leases;

/// <summary>Undoes by doing something; no journal could hold it.</summary>
internal sealed record ActionUndo(Action Act) : LeaseUndo
{
    public override Task RunAsync(IToolRunner tools, CancellationToken cancellationToken)
    {
        Act();
        return Task.CompletedTask;
    }
}
