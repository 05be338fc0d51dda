namespace Steth.OpenStack.Keystone;

/// <summary>Reads clouds.yaml, with secure.yaml over it and clouds-public.yaml under it, as openstacksdk does.</summary>
public static class CloudsYaml
{
    private static readonly string[] s_extensions = ["yaml", "yml", "json"];

    /// <summary>The names of all clouds, sorted; empty when there is no clouds.yaml.</summary>
    /// <exception cref="OpenStackException">The file is there but cannot be read.</exception>
    public static IReadOnlyList<string> Names(CredentialSearch search)
    {
        ArgumentNullException.ThrowIfNull(search);
        return Load(search, "clouds", "OS_CLIENT_CONFIG_FILE") is { } file ? file.Names("clouds") : [];
    }

    /// <summary>The values of a cloud.</summary>
    internal static CloudValues Read(CredentialSearch search, string name)
    {
        var clouds = Load(search, "clouds", "OS_CLIENT_CONFIG_FILE") ?? throw new OpenStackException(
            OpenStackFailure.Configuration,
            $"Cloud {name} was asked for, but there is no clouds.yaml in "
            + $"{string.Join(", ", search.Folders)}, and OS_CLIENT_CONFIG_FILE is not set.");
        var ours = clouds.Cloud("clouds", name) ?? throw Unknown(clouds, name);
        var secure = Load(search, "secure", "OS_CLIENT_SECURE_FILE")?.Cloud("clouds", name);
        var values = new CloudValues($"cloud {name} in {clouds.Path}", key => key);

        // A profile names values that all users of a public cloud share; "cloud" is its old name.
        var profile = ours.GetValueOrDefault("profile") ?? ours.GetValueOrDefault("cloud");
        if (profile is not null && profile != name)
            Overlay(values, Load(search, "clouds-public", "OS_CLIENT_VENDOR_FILE")?.Cloud("public-clouds", profile));
        Overlay(values, ours);
        Overlay(values, secure);
        FillFromEnvironment(values, search.Environment);
        values.SetDefault("region_name", values["regions"]);
        return values;
    }

    private static void Overlay(CloudValues values, IReadOnlyDictionary<string, string>? more)
    {
        foreach (var (key, value) in more ?? new Dictionary<string, string>())
            values.Set(key, value);
    }

    // Many keep the password out of the file and in the environment; what else is there may belong to another cloud.
    private static void FillFromEnvironment(CloudValues values, IReadOnlyDictionary<string, string> environment)
    {
        if (values["application_credential_id", "application_credential_name"] is not null)
            values.SetDefault("application_credential_secret", environment.GetValueOrDefault("OS_APPLICATION_CREDENTIAL_SECRET"));
        else if (values["token", "auth_token"] is null)
            values.SetDefault("password", environment.GetValueOrDefault("OS_PASSWORD"));
        values.SetDefault("region_name", environment.GetValueOrDefault("OS_REGION_NAME"));
    }

    private static CloudsFile? Load(CredentialSearch search, string name, string variable)
    {
        if (search.Environment.GetValueOrDefault(variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? CloudsFile.Load(named) : throw new OpenStackException(
                OpenStackFailure.Configuration, $"{variable} names {named}, which does not exist.");
        }
        var path = search.Folders
            .SelectMany(folder => s_extensions.Select(extension => Path.Combine(folder, $"{name}.{extension}")))
            .FirstOrDefault(File.Exists);
        return path is null ? null : CloudsFile.Load(path);
    }

    private static OpenStackException Unknown(CloudsFile file, string name) => new(
        OpenStackFailure.Configuration,
        file.Names("clouds") is [_, ..] names
            ? $"There is no cloud {name} in {file.Path}; it has {string.Join(", ", names)}."
            : $"There is no cloud {name} in {file.Path}: it has none at all under 'clouds:'.");
}
