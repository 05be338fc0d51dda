using System.Net;
using Steth.OpenStack;
using Steth.OpenStack.Neutron;

namespace Steth.Cli.Tests.Commands;

/// <summary>A Neutron that knows one port, and nothing around it.</summary>
internal sealed class OnePortNeutron(string id, string name, string address) : INeutronClient, IDisposable
{
    /// <summary>Thrown at every question; null: it answers.</summary>
    public OpenStackException? Failure { get; init; }

    public bool IsClosed { get; private set; }

    public void Dispose() => IsClosed = true;

    public Task<IReadOnlyList<T>> ListAsync<T>(NeutronResource<T> resource, NeutronQuery query, CancellationToken cancellationToken)
        where T : class
    {
        if (Failure is not null)
            return Task.FromException<IReadOnlyList<T>>(Failure);
        var port = new NeutronPort { Id = id, Name = name, NetworkId = "n", HostId = "comp1", FixedIps = [new NeutronFixedIp { SubnetId = "s", IpAddress = IPAddress.Parse(address) }] };
        var fits = resource.Path == "ports" && query.Filters.All(f => (f.Key, f.Value) == ("name", name) || (f.Key, f.Value) == ("id", id));
        return Task.FromResult<IReadOnlyList<T>>(fits ? [(T)(object)port] : []);
    }

    public Task<T?> GetAsync<T>(NeutronResource<T> resource, string id, CancellationToken cancellationToken)
        where T : class => Task.FromResult<T?>(null);

    public Task<IReadOnlyList<NeutronAgent>> DhcpAgentsOfNetworkAsync(string networkId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<NeutronAgent>>([]);

    public Task<IReadOnlyList<NeutronAgent>> L3AgentsOfRouterAsync(string routerId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<NeutronAgent>>([]);
}
