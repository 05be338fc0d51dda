using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Neutron;

/// <summary>A router's side of the external network.</summary>
public sealed record NeutronGateway
{
    /// <summary>The external network.</summary>
    public string? NetworkId { get; init; }

    /// <summary>Whether guests without floating IP are translated.</summary>
    public bool? EnableSnat { get; init; }

    /// <summary>Its addresses there.</summary>
    public IReadOnlyList<NeutronFixedIp> ExternalFixedIps
    {
        get;
        init => field = Lenient.List(value);
    } = [];
}
