namespace Steth.OpenStack.Keystone;

/// <summary>The [neutron_client] section of steth.conf, read by the caller. Values are null when absent.</summary>
/// <param name="File">The file, for messages.</param>
/// <param name="Username">Whom to log in as, in the default domain.</param>
/// <param name="Password">Prints as <c>***</c>.</param>
/// <param name="TenantName">The project, in the default domain.</param>
/// <param name="AuthUrl">Keystone.</param>
public sealed record NeutronClientSection(string File, string? Username, Secret? Password, string? TenantName, string? AuthUrl);
