namespace Steth.Agent.Rpc;

/// <summary>How a call ended: with a result, or with an error.</summary>
public sealed record RpcOutcome
{
    /// <summary>The result as UTF-8 JSON; of no meaning when there is an error.</summary>
    public ReadOnlyMemory<byte> Result { get; private init; }

    /// <summary>What went wrong; null when nothing did.</summary>
    public RpcError? Error { get; private init; }

    /// <summary>A call that worked.</summary>
    public static RpcOutcome Of(ReadOnlyMemory<byte> result) => new() { Result = result };

    /// <summary>A call that failed.</summary>
    public static RpcOutcome Of(RpcError error) => new() { Error = error };
}
