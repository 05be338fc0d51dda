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

    /// <summary>Events of one call that wait for a slow reader before the operation waits, too.</summary>
    public const int EventsInFlight = 64;

    /// <summary>How long a call runs when the caller names no deadline, and at most.</summary>
    public static readonly TimeSpan CallTime = TimeSpan.FromHours(1);

    /// <summary>Silence in a stream after which a heartbeat is sent.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);
}
