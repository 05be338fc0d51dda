namespace Steth.OpenStack.Transport;

/// <summary>One call; it changes nothing at the service and may therefore be sent again.</summary>
/// <param name="Service">Keystone or Neutron.</param>
/// <param name="Method">GET, or POST for a token.</param>
/// <param name="Uri">The address.</param>
/// <param name="Token">X-Auth-Token; null: none.</param>
/// <param name="SubjectToken">X-Subject-Token; null: none.</param>
/// <param name="Body">JSON; null: none. Prints as nothing: it may hold a password.</param>
internal sealed record ApiRequest(
    string Service, HttpMethod Method, Uri Uri, Secret? Token = null, Secret? SubjectToken = null, byte[]? Body = null)
{
    /// <summary>The request on the wire.</summary>
    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(Method, Uri);
        message.Headers.Accept.ParseAdd("application/json");
        message.Headers.UserAgent.ParseAdd("steth");
        if (Token is not null)
            message.Headers.TryAddWithoutValidation("X-Auth-Token", Token.Reveal());
        if (SubjectToken is not null)
            message.Headers.TryAddWithoutValidation("X-Subject-Token", SubjectToken.Reveal());
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            message.Content.Headers.ContentType = new("application/json");
        }
        return message;
    }
}
