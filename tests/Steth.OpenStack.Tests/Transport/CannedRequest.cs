namespace Steth.OpenStack.Tests.Transport;

/// <summary>What a client sent.</summary>
internal sealed record CannedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The target without its query.</summary>
    public string Path => Target.Split('?')[0];

    /// <summary>The X-Auth-Token header.</summary>
    public string? Token => Headers.GetValueOrDefault("x-auth-token");
}
