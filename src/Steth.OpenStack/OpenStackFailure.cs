namespace Steth.OpenStack;

/// <summary>What kind of thing went wrong; the exception's message says it in words.</summary>
public enum OpenStackFailure
{
    /// <summary>No source holds credentials at all: an operator who never meant to use the API.</summary>
    NoCredentials,

    /// <summary>
    /// A source was named or found, but a value in it is missing or wrong, a file cannot be read, or the cloud is unknown.
    /// </summary>
    Configuration,

    /// <summary>The credentials, or the token, are refused (401).</summary>
    Unauthorized,

    /// <summary>The credentials are good but do not suffice (403).</summary>
    Forbidden,

    /// <summary>The server's certificate is not trusted.</summary>
    Untrusted,

    /// <summary>No connection: refused, no route, no such name, cut.</summary>
    Unreachable,

    /// <summary>Connected, but no answer within the deadline.</summary>
    TimedOut,

    /// <summary>Something answers that is not the OpenStack service it should be.</summary>
    NotOpenStack,

    /// <summary>Half an answer, too large an answer, or one with a member of the wrong type.</summary>
    BadAnswer,

    /// <summary>The catalogue has no usable network endpoint.</summary>
    NoNetworkService,

    /// <summary>The service answered with another error: 4xx for a request it does not take, 5xx for its own trouble.</summary>
    Refused,
}
