namespace Steth.Agent.Rpc;

/// <summary>What the wire takes at most.</summary>
public static class RpcLimits
{
    /// <summary>Bytes of a request body.</summary>
    public const int BodyBytes = 1024 * 1024;

    /// <summary>Levels of nested JSON in a request.</summary>
    public const int Depth = 32;

    /// <summary>Requests in a batch.</summary>
    public const int BatchLength = 100;

    /// <summary>Requests of one batch that run at the same time.</summary>
    public const int BatchParallelism = 8;

    /// <summary>Calls that run at the same time in all; each request of a batch is one.</summary>
    public const int CallsInFlight = 256;

    /// <summary>Calls of one caller that run at the same time: an operator, or an address where there are no certificates.</summary>
    public const int CallsOfOneCaller = 128;

    /// <summary>Bytes of request bodies that are held at a time in all, from the first byte to the answer.</summary>
    public const long BodyBytesInAll = 40L * 1024 * 1024;

    /// <summary>Bytes of request bodies of one caller.</summary>
    public const long BodyBytesOfOneCaller = 20L * 1024 * 1024;

    /// <summary>Events of one call that wait for a slow reader before the operation waits, too.</summary>
    public const int EventsInFlight = 64;

    /// <summary>An event of more bytes is a large one.</summary>
    public const int LargeEventBytes = 16 * 1024;

    /// <summary>Large events among the <see cref="EventsInFlight"/>.</summary>
    public const int LargeEventsInFlight = 8;

    /// <summary>How long a call runs when the caller names no deadline, and at most.</summary>
    public static readonly TimeSpan CallTime = TimeSpan.FromHours(1);

    /// <summary>How often it is looked whether the caller of a running call is still heard.</summary>
    public static readonly TimeSpan CallerLookedAt = TimeSpan.FromSeconds(1);

    /// <summary>Silence in a stream after which a heartbeat is sent.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);
}
