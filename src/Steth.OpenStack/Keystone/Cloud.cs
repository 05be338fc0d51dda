namespace Steth.OpenStack.Keystone;

/// <summary>A cloud as its credentials describe it: where Keystone is, who we are, which endpoint to take, whom to trust.</summary>
public sealed record Cloud
{
    /// <summary>
    /// Where this was found: <c>cloud prod in /etc/openstack/clouds.yaml</c>, <c>the environment</c>, <c>/etc/steth/steth.conf</c>.
    /// </summary>
    public required string Source { get; init; }

    /// <summary>Keystone, with a version or without.</summary>
    public required Uri AuthUrl { get; init; }

    /// <summary>What Keystone is shown.</summary>
    public required CloudCredentials Credentials { get; init; }

    /// <summary>The region; null: the only one there is.</summary>
    public string? Region { get; init; }

    /// <summary>Which endpoint of a service is used.</summary>
    public EndpointInterface Interface { get; init; }

    /// <summary>Whether a server's certificate must be trusted; false only when the operator said so.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>PEM file of the CAs to trust instead of the system's; null: the system's.</summary>
    public string? CaCertFile { get; init; }

    /// <summary>PEM file of our own certificate, for clouds that want one; null: none.</summary>
    public string? ClientCertFile { get; init; }

    /// <summary>PEM file of its key; null: in the same file.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>Neutron, when the catalogue is not to be believed; null: the catalogue's.</summary>
    public Uri? NetworkEndpoint { get; init; }
}
