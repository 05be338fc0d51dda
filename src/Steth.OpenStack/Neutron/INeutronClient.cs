namespace Steth.OpenStack.Neutron;

/// <summary>Reads from Neutron's v2.0 API; nothing in it changes anything.</summary>
public interface INeutronClient
{
    /// <summary>All resources that the query names, over as many pages as it takes.</summary>
    /// <exception cref="OpenStackException">They could not be had; the message says why.</exception>
    Task<IReadOnlyList<T>> ListAsync<T>(NeutronResource<T> resource, NeutronQuery query, CancellationToken cancellationToken)
        where T : class;

    /// <summary>The resource with this id; null when there is none (or it is not ours to see).</summary>
    /// <exception cref="OpenStackException">It could not be had; the message says why.</exception>
    Task<T?> GetAsync<T>(NeutronResource<T> resource, string id, CancellationToken cancellationToken)
        where T : class;

    /// <summary>The DHCP agents that serve a network; empty for a network that does not exist. Administrators only.</summary>
    /// <exception cref="OpenStackException">They could not be had; the message says why.</exception>
    Task<IReadOnlyList<NeutronAgent>> DhcpAgentsOfNetworkAsync(string networkId, CancellationToken cancellationToken);

    /// <summary>
    /// The L3 agents that host a router, with <see cref="NeutronAgent.HaState"/>; empty for a router that does not exist. Administrators
    /// only.
    /// </summary>
    /// <exception cref="OpenStackException">They could not be had; the message says why.</exception>
    Task<IReadOnlyList<NeutronAgent>> L3AgentsOfRouterAsync(string routerId, CancellationToken cancellationToken);
}
