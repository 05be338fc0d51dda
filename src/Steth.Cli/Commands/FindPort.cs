using Steth.Controller.Intents;

namespace Steth.Cli.Commands;

/// <summary>Looks a port up, by Neutron's API or by asking the nodes.</summary>
public delegate Task<PortResolution> FindPort(CommandRun run, PortQuery query, CancellationToken cancellationToken);
