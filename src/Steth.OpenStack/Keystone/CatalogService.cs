using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Keystone;

/// <summary>A service in Keystone's catalogue.</summary>
public sealed record CatalogService
{
    /// <summary>The type: network, compute, identity; null when it does not say.</summary>
    public string? Type { get; init; }

    /// <summary>The name: neutron; null when it has none.</summary>
    public string? Name { get; init; }

    /// <summary>Where it is reached.</summary>
    public IReadOnlyList<CatalogEndpoint> Endpoints
    {
        get;
        init => field = Lenient.List(value);
    } = [];
}
