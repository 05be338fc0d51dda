using Microsoft.Extensions.Logging;
using Steth.Agent.Compat;
using Steth.Agent.Leases;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ovs;

namespace Steth.Agent.Host;

/// <summary>Everything the agent is made of, wired by hand in the order it depends on each other.</summary>
public sealed class AgentServices : IAsyncDisposable
{
    /// <summary>Wires it.</summary>
    public AgentServices(AgentOptions options, TimeProvider time, ILogger log)
    {
        Options = options;
        Time = time;
        Tools = new ToolRunner();
        Ovs = new OvsDatabase(Tools);
        Leases = new LeaseBook(time, (covers, e) => log.LogWarning(e, "lease on {Covers} could not be undone", covers));
        Dispatcher = new Dispatcher(log);
        OperationMap.Map(Dispatcher, this);
        CompatMethods.Map(Dispatcher);
    }

    /// <summary>The configuration.</summary>
    public AgentOptions Options { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Starts programs.</summary>
    public IToolRunner Tools { get; }

    /// <summary>Reads Open vSwitch's database.</summary>
    public OvsDatabase Ovs { get; }

    /// <summary>What will be undone.</summary>
    public LeaseBook Leases { get; }

    /// <summary>Has every method.</summary>
    public Dispatcher Dispatcher { get; }

    /// <summary>Undoes what the agent made.</summary>
    public ValueTask DisposeAsync() => Leases.DisposeAsync();
}
