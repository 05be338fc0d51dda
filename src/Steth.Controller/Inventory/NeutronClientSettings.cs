namespace Steth.Controller.Inventory;

/// <summary>The [neutron_client] section: how the OpenStack API is reached. Values are null when absent.</summary>
/// <param name="Username">Whom to log in as.</param>
/// <param name="Password">Never printed.</param>
/// <param name="TenantName">The project.</param>
/// <param name="AuthUrl">Keystone.</param>
public sealed record NeutronClientSettings(string? Username, string? Password, string? TenantName, string? AuthUrl)
{
    /// <summary>All but the password.</summary>
    public override string ToString() => $"{Username} of {TenantName} at {AuthUrl}";
}
