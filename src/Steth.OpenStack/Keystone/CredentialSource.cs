namespace Steth.OpenStack.Keystone;

/// <summary>Finds the credentials to use, see docs/openstack.md.</summary>
public static class CredentialSource
{
    // Any of these shows that somebody meant to log in by the environment; a lone OS_REGION_NAME or OS_CACERT does not.
    private static readonly string[] s_telling =
        ["OS_AUTH_URL", "OS_USERNAME", "OS_USER_ID", "OS_PASSWORD", "OS_TOKEN", "OS_APPLICATION_CREDENTIAL_ID",
            "OS_APPLICATION_CREDENTIAL_SECRET"];

    /// <summary>
    /// In this order: the cloud that <c>--os-cloud</c> or OS_CLOUD names; OS_* variables; steth.conf; the only cloud of clouds.yaml.
    /// The first that is there is used, wholly; <see cref="Cloud.Source"/> says which it was.
    /// </summary>
    /// <exception cref="OpenStackException">
    /// <see cref="OpenStackFailure.NoCredentials"/>: none is there; <see cref="OpenStackFailure.Configuration"/>: one is and has a fault.
    /// </exception>
    public static Cloud Find(CredentialSearch search)
    {
        ArgumentNullException.ThrowIfNull(search);
        if ((Text(search.CloudName) ?? Text(search.Environment.GetValueOrDefault("OS_CLOUD"))) is { } name)
            return CloudBuilder.Build(CloudsYaml.Read(search, name));
        if (s_telling.Any(v => Text(search.Environment.GetValueOrDefault(v)) is not null))
            return CloudBuilder.Build(FromEnvironment(search.Environment));
        if (search.NeutronClient is { } section && FromSection(section) is { IsEmpty: false } values)
            return CloudBuilder.Build(values);
        return CloudsYaml.Names(search) switch
        {
            [var only] => CloudBuilder.Build(CloudsYaml.Read(search, only)),
            [_, ..] several => throw new OpenStackException(
                OpenStackFailure.NoCredentials,
                $"clouds.yaml has {several.Count} clouds ({string.Join(", ", several)}): name one with --os-cloud or OS_CLOUD."),
            _ => throw new OpenStackException(
                OpenStackFailure.NoCredentials,
                "No OpenStack credentials were found: name a cloud of clouds.yaml "
                + "with --os-cloud or OS_CLOUD, set OS_AUTH_URL and the other OS_* " +
                $"variables, or fill [neutron_client] in steth.conf (clouds.yaml was looked for in {string.Join(", ", search.Folders)})."),
        };
    }

    private static CloudValues FromEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        var values = new CloudValues("the environment", key => "OS_" + key.ToUpperInvariant());
        foreach (var (variable, value) in environment)
        {
            if (variable.StartsWith("OS_", StringComparison.Ordinal))
                values.Set(variable[3..], value);
        }
        return values;
    }

    private static CloudValues FromSection(NeutronClientSection section)
    {
        var values = new CloudValues(section.File, key => $"[neutron_client] {(key == "project_name" ? "tenant_name" : key)}");
        values.Set("username", section.Username);
        values.Set("password", section.Password?.Reveal());
        values.Set("tenant_name", section.TenantName);
        values.Set("auth_url", section.AuthUrl);
        return values;
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
