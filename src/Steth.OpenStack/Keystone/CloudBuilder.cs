namespace Steth.OpenStack.Keystone;

/// <summary>Makes a <see cref="Cloud"/> of the values of one source; the key names are those of openstacksdk's clouds.yaml.</summary>
internal static class CloudBuilder
{
    public static Cloud Build(CloudValues values)
    {
        if (values["system_scope"] is not null && Project(values) is null)
            throw values.Wrong("system_scope", "asks for a token of the whole system, but Neutron wants one of a project: name a project");
        return new Cloud
        {
            Source = values.Source,
            AuthUrl = Url(values, "auth_url") ?? throw values.Missing("auth_url"),
            Credentials = Credentials(values),
            Region = values["region_name", "region"],
            Interface = Interface(values),
            Verify = Flag(values, "verify") ?? !(Flag(values, "insecure") ?? false),
            CaCertFile = values["cacert"],
            ClientCertFile = values["cert"],
            ClientKeyFile = values["key"],
            NetworkEndpoint = Url(values, "network_endpoint_override"),
        };
    }

    private static CloudCredentials Credentials(CloudValues values) => AuthType(values) switch
    {
        "password" or "v3password" or "v2password" => Password(values),
        "token" or "v3token" or "v2token" => new TokenCredentials(
            new Secret(values["token", "auth_token"] ?? throw values.Missing("token")), Project(values)),
        "v3applicationcredential" => ApplicationCredential(values),
        var other => throw values.Wrong("auth_type", $"is {other}, but only password, token and v3applicationcredential are known here"),
    };

    private static string AuthType(CloudValues values)
    {
        if (values["auth_type"] is { } type)
            return type.ToLowerInvariant();
        if (values["application_credential_id", "application_credential_name", "application_credential_secret"] is not null)
            return "v3applicationcredential";
        return values["password"] is null && values["token", "auth_token"] is not null ? "token" : "password";
    }

    private static PasswordCredentials Password(CloudValues values)
    {
        var user = User(values) ?? throw values.Missing("username");
        var password = new Secret(values.Require("password"));
        return new PasswordCredentials(user, password, Project(values) ?? throw values.Missing("project_name"));
    }

    private static ApplicationCredentials ApplicationCredential(CloudValues values)
    {
        var id = values["application_credential_id"];
        var name = values["application_credential_name"];
        if (id is null && name is null)
            throw values.Missing("application_credential_id");
        var user = id is null ? User(values) ?? throw values.Missing("username", ", which an application credential by name needs") : null;
        return new ApplicationCredentials(
            id, id is null ? name : null, user, new Secret(values.Require("application_credential_secret")));
    }

    private static KeystoneName? User(CloudValues values)
    {
        if (values["user_id"] is { } id)
            return new KeystoneName(id, null, null);
        return values["username", "user_name"] is { } name ? new KeystoneName(null, name, Domain(values, "user")) : null;
    }

    private static KeystoneName? Project(CloudValues values)
    {
        if (values["project_id", "tenant_id"] is { } id)
            return new KeystoneName(id, null, null);
        return values["project_name", "tenant_name", "project", "tenant"] is { } name
            ? new KeystoneName(null, name, Domain(values, "project"))
            : null;
    }

    private static KeystoneDomain Domain(CloudValues values, string whose)
    {
        var id = values[whose + "_domain_id"];
        var name = values[whose + "_domain_name"];
        if (id is null && name is null)
        {
            id = values["domain_id", "default_domain_id", "default_domain"];
            name = values["domain_name", "default_domain_name"];
        }
        return id is not null ? new KeystoneDomain(id, null) : name is not null ? new KeystoneDomain(null, name) : KeystoneDomain.Default;
    }

    private static EndpointInterface Interface(CloudValues values)
    {
        var key = values["interface"] is null ? "endpoint_type" : "interface";
        return values[key]?.ToLowerInvariant() switch
        {
            null or "public" or "publicurl" => EndpointInterface.Public,
            "internal" or "internalurl" => EndpointInterface.Internal,
            "admin" or "adminurl" => EndpointInterface.Admin,
            _ => throw values.Wrong(key, "is none of public, internal and admin"),
        };
    }

    private static bool? Flag(CloudValues values, string key) => values[key]?.ToLowerInvariant() switch
    {
        null => null,
        "true" or "1" or "yes" or "on" or "t" or "y" => true,
        "false" or "0" or "no" or "off" or "f" or "n" => false,
        _ => throw values.Wrong(key, "is neither true nor false"),
    };

    // The value is not repeated: people write passwords into URLs.
    private static Uri? Url(CloudValues values, string key)
    {
        if (values[key] is not { } text)
            return null;
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            throw values.Wrong(key, "is not an http:// or https:// address");
        return url.UserInfo.Length == 0 ? url : throw values.Wrong(key, "holds a user name before the host, where it does not belong");
    }
}
