using System.Buffers;
using System.Text.Json;

namespace Steth.OpenStack.Keystone;

/// <summary>The body of POST /v3/auth/tokens.</summary>
internal static class AuthRequest
{
    public static byte[] Write(CloudCredentials credentials)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartObject("auth");
            WriteIdentity(json, credentials);
            var project = credentials switch
            {
                PasswordCredentials password => password.Project,
                TokenCredentials token => token.Project,
                _ => null,
            };
            if (project is not null)
            {
                json.WriteStartObject("scope");
                Write(json, "project", project, null);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return body.WrittenSpan.ToArray();
    }

    private static void WriteIdentity(Utf8JsonWriter json, CloudCredentials credentials)
    {
        var method = credentials switch
        {
            PasswordCredentials => "password",
            TokenCredentials => "token",
            _ => "application_credential",
        };
        json.WriteStartObject("identity");
        json.WriteStartArray("methods");
        json.WriteStringValue(method);
        json.WriteEndArray();
        json.WriteStartObject(method);
        switch (credentials)
        {
            case PasswordCredentials password:
                Write(json, "user", password.User, password.Password);
                break;
            case TokenCredentials token:
                json.WriteString("id", token.Token.Reveal());
                break;
            case ApplicationCredentials application:
                json.WriteString(application.Id is null ? "name" : "id", application.Id ?? application.Name);
                if (application.User is { } user)
                    Write(json, "user", user, null);
                json.WriteString("secret", application.Secret.Reveal());
                break;
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string member, KeystoneName name, Secret? password)
    {
        json.WriteStartObject(member);
        if (name.Id is not null)
            json.WriteString("id", name.Id);
        else
            json.WriteString("name", name.Name);
        if (name is { Id: null, Domain: { } domain })
        {
            json.WriteStartObject("domain");
            json.WriteString(domain.Id is null ? "name" : "id", domain.Id ?? domain.Name);
            json.WriteEndObject();
        }
        if (password is not null)
            json.WriteString("password", password.Reveal());
        json.WriteEndObject();
    }
}
