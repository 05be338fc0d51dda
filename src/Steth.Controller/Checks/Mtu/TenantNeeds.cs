using System.Net;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Mtu;
using Steth.OpenStack;
using Steth.OpenStack.Neutron;

namespace Steth.Controller.Checks.Mtu;

/// <summary>What Neutron's tunnel networks need of the network their tunnels run on.</summary>
public static class TenantNeeds
{
    /// <summary>The network type that tunnels are taken to run on where nobody says.</summary>
    public const string UsualNetwork = "net";

    private static readonly string[] _networkFields = ["id", "name", "mtu", "provider:network_type"];
    private static readonly string[] _agentFields = ["id", "host", "configurations"];

    /// <summary>Asks Neutron for its networks and where its agents' tunnels end.</summary>
    /// <param name="neutron">Neutron.</param>
    /// <param name="nodes">The nodes, with their networks.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The largest need of each kind of tunnel, and what could not be had.</returns>
    public static async Task<(IReadOnlyList<MtuNeed> Needs, IReadOnlyList<string> Notes)> AskAsync(
        INeutronClient neutron, IReadOnlyList<Node> nodes, TimeSpan deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(neutron);
        ArgumentNullException.ThrowIfNull(nodes);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(deadline);
        try
        {
            var networks = neutron.ListAsync(NeutronResources.Networks, NeutronQuery.All.Select(_networkFields), patience.Token);
            var agents = neutron.ListAsync(NeutronResources.Agents, NeutronQuery.All.Select(_agentFields), patience.Token);
            await Task.WhenAll(networks, agents);
            var ends = (await agents).Select(a => a.Configurations?.TunnelingIp).OfType<IPAddress>().ToHashSet();
            return Of(await networks, TunnelNetwork(nodes, ends));
        }
        catch (OpenStackException e)
        {
            return ([], [$"Neutron did not tell what its networks need: {e.Message}"]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ([], [FormattableString.Invariant(
                $"Neutron did not tell what its networks need within {deadline.TotalSeconds:0.#} s.")]);
        }
    }

    /// <summary>
    /// The network type that tunnels run on: the one with their ends' addresses, else the usual one; null: there is none.
    /// </summary>
    public static string? TunnelNetwork(IReadOnlyList<Node> nodes, IReadOnlySet<IPAddress> ends)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(ends);
        var networks = nodes.SelectMany(n => n.Networks).ToArray();
        return networks.FirstOrDefault(n => ends.Contains(n.Address))?.Type ?? networks.FirstOrDefault(n => n.Type == UsualNetwork)?.Type;
    }

    private static (IReadOnlyList<MtuNeed> Needs, IReadOnlyList<string> Notes) Of(
        IReadOnlyList<NeutronNetwork> networks, string? tunnelNetwork)
    {
        MtuNeed[] needs =
        [
            .. from network in networks
               where network.Mtu > 0 && TunnelOverhead.Of(network.NetworkType) is not null
               let bytes = network.Mtu!.Value + TunnelOverhead.Of(network.NetworkType)!.Value
               orderby bytes descending, network.Name
               select new MtuNeed(
                   tunnelNetwork, bytes, bytes + TunnelOverhead.V6,
                   FormattableString.Invariant($"the {network.NetworkType} network '{network.Name}' of {network.Mtu} bytes")),
        ];
        return needs.Length == 0 ? ([], [])
            : tunnelNetwork is null
                ? ([], ["Neutron has tunnel networks, but on which network of the configuration the tunnels run is not known: "
                    + "say it with --needs."])
                : (needs[..1], []);
    }
}
