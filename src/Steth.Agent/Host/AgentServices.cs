using Microsoft.Extensions.Logging;
using Steth.Agent.Audit;
using Steth.Agent.Compat;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Leases;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Identity;

namespace Steth.Agent.Host;

/// <summary>Everything the agent is made of, wired by hand in the order it depends on each other.</summary>
public sealed class AgentServices : IAsyncDisposable
{
    // systemd waits longer for an agent to be ready, and so does who calls it.
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromSeconds(20);

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
        // Undoing has programs and room of its own: callers who take all there is of theirs keep nothing from being undone.
        Leases = new LeaseBook(time, tools ?? new ToolRunner(), new LeaseJournal(options.StateDir, time),
            (covers, e) => log.LogWarning("lease on {Covers} could not be undone and is tried again: {Reason}", covers, e.Message),
            covers => log.LogWarning("lease on {Covers}, which could not be undone before, is undone", covers));
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
    /// Undoes what agents that were killed left on this host, before the first call. What cannot be undone within 20 s is logged and tried
    /// again beside the calls.
    /// </summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(RecoveryTime, Time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var undone = await Leases.RecoverAsync(
            path => _log.LogWarning("{Path} cannot be read as a journal of leases: nothing is undone by it", path), ends.Token);
        if (undone.Count > 0)
            _log.LogWarning("undid what an agent that was killed left behind: {Leases}", string.Join(", ", undone));
    }

    /// <summary>Undoes what the agent made.</summary>
    public ValueTask DisposeAsync() => Leases.DisposeAsync();
}
