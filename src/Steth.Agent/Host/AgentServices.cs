using Microsoft.Extensions.Logging;
using Steth.Agent.Audit;
using Steth.Agent.Compat;
using Steth.Agent.Kernel.Injection;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Leases;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Identity;

namespace Steth.Agent.Host;

/// <summary>Everything the agent is made of, wired by hand in the order it depends on each other.</summary>
public sealed class AgentServices : IAsyncDisposable
{
    private readonly ILogger _log;

    /// <summary>Wires it.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="bundle">The node's certificates; null: there are none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Gets the log.</param>
    /// <param name="tools">Starts programs; null: the host's own.</param>
    public AgentServices(AgentOptions options, BundleWatch? bundle, TimeProvider time, ILogger log, IToolRunner? tools = null)
    {
        _log = log;
        Bundle = bundle;
        Options = options;
        Time = time;
        Tools = tools ?? new ToolRunner();
        Ip = new IpTool(Tools);
        Ovs = new OvsDatabase(Tools);
        Leases = new LeaseBook(time, (covers, e) => log.LogWarning(e, "lease on {Covers} could not be undone", covers));
        Audit = new AuditLog(options.Audit, log);
        Dispatcher = new Dispatcher(log);
        OperationMap.Map(Dispatcher, this);
        CompatMethods.Map(Dispatcher);
    }

    /// <summary>The configuration.</summary>
    public AgentOptions Options { get; }

    /// <summary>The node's certificates; null: there are none.</summary>
    public BundleWatch? Bundle { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Starts programs.</summary>
    public IToolRunner Tools { get; }

    /// <summary>Runs ip(8).</summary>
    public IpTool Ip { get; }

    /// <summary>Reads Open vSwitch's database.</summary>
    public OvsDatabase Ovs { get; }

    /// <summary>What will be undone.</summary>
    public LeaseBook Leases { get; }

    /// <summary>Who asked what.</summary>
    public AuditLog Audit { get; }

    /// <summary>Captures that can be ended.</summary>
    public RunningCaptures Captures { get; } = new();

    /// <summary>Reflectors that can be ended.</summary>
    public RunningCaptures Reflectors { get; } = new();

    /// <summary>Has every method.</summary>
    public Dispatcher Dispatcher { get; }

    /// <summary>
    /// Removes what an agent that was killed left on this host; to be called once it is known that no other agent runs, and before
    /// the first call. What cannot be removed is logged.
    /// </summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<string> swept =
            [
                .. await new LeftoverVlanDevices(Ip).SweepAsync(cancellationToken),
                .. await LeftoverVeths.SweepAsync(Tools, cancellationToken),
            ];
            if (swept.Count > 0)
                _log.LogWarning("removed what an agent that was killed left behind: {Devices}", string.Join(", ", swept));
        }
        catch (Exception e) when (e is OperationException or OperationCanceledException)
        {
            _log.LogWarning("what an agent that was killed may have left behind could not be removed: {Reason}", e.Message);
        }
    }

    /// <summary>Undoes what the agent made.</summary>
    public ValueTask DisposeAsync() => Leases.DisposeAsync();
}
