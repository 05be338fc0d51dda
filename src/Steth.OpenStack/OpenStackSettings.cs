namespace Steth.OpenStack;

/// <summary>How long the API is waited for and how often it is asked again.</summary>
public sealed record OpenStackSettings
{
    /// <summary>One call, its retries included.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the connection to stand.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a call is tried when the service answers 503 or the connection is refused or cut; at least 1.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>
    /// The wait before the second attempt; it doubles each time. A Retry-After of the service is kept when the deadline allows it.
    /// </summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A longer answer is refused.</summary>
    public int MaxAnswerBytes { get; init; } = 64 << 20;

    /// <summary>How many resources are asked for at once (<c>limit</c>); Neutron may send fewer.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>A collection of more resources than this is refused.</summary>
    public int MaxResources { get; init; } = 1_000_000;

    /// <summary>How long before its expiry a token is replaced; a quarter of its lifetime when that is shorter.</summary>
    public TimeSpan TokenMargin { get; init; } = TimeSpan.FromMinutes(1);
}
