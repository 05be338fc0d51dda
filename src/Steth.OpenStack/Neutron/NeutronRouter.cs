using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Neutron;

/// <summary>A router, as far as a diagnosis needs it. What was not sent is null or empty.</summary>
public sealed record NeutronRouter
{
    /// <summary>The id; empty when it was not among the fields asked for.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the operator wants it up.</summary>
    public bool? AdminStateUp { get; init; }

    /// <summary>ACTIVE, DOWN, ERROR.</summary>
    public string? Status { get; init; }

    /// <summary>DVR. Administrators only.</summary>
    public bool? Distributed { get; init; }

    /// <summary>L3-HA. Administrators only.</summary>
    public bool? Ha { get; init; }

    /// <summary>The external gateway; null: none.</summary>
    public NeutronGateway? ExternalGatewayInfo { get; init; }

    /// <summary>Static routes.</summary>
    public IReadOnlyList<NeutronRoute> Routes
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>Whose it is.</summary>
    public string? ProjectId { get; init; }
}
