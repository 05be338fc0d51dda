using Steth.Cli.Rendering;
using Steth.Controller.Agents;
using Steth.Controller.Diagnosing;
using Steth.Controller.Intents;
using Steth.Controller.Inventory;
using Steth.OpenStack.Neutron;

namespace Steth.Cli.Commands;

/// <summary>The world a command lives in; a test gives it another.</summary>
public sealed record CommandServices
{
    /// <summary>Where it writes.</summary>
    public required OutputStreams Streams { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>An environment variable; null when it is not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Reads the configuration; null: the default file.</summary>
    public required Func<string?, StethConfiguration> LoadConfiguration { get; init; }

    /// <summary>
    /// Makes the way to the agents, when a command first needs it; told how they are to be asked, and whom to tell of a certificate that
    /// soon ends.
    /// May throw <see cref="UsageException"/>.
    /// </summary>
    public required Func<AgentAccess, Action<string>, IAgentClient> CreateClient { get; init; }

    /// <summary>Looks up the port a diagnosis is asked for.</summary>
    public FindPort FindPort { get; init; } = (run, query, cancellationToken) =>
        new PortResolver(run.Calls, () => run.Neutron(query.Cloud))
            .ResolveAsync(query.Nodes, query.Port, query.Peer, query.Offline, cancellationToken);

    /// <summary>Makes what collects the evidence of a diagnosis.</summary>
    public Func<AgentCalls, CollectEvidence> CreateCollector { get; init; } = calls =>
        new DiagnosisCollector(calls, ProductVersion.Text).CollectAsync;

    /// <summary>
    /// Makes the way to Neutron, when a command first needs it; told the cloud of <c>--os-cloud</c> and the configuration. Null: there are
    /// no credentials, as without this. May throw <see cref="OpenStack.OpenStackException"/>.
    /// </summary>
    public Func<string?, StethConfiguration, INeutronClient?> OpenCloud { get; init; } = (_, _) => null;
}
