namespace Steth.Contracts;

/// <summary>
/// An operation that could not be carried out: what, where and what to do, in one sentence. Becomes a JSON-RPC error and back.
/// </summary>
public sealed class OperationException : Exception
{
    /// <summary>Makes an error with its sentence.</summary>
    public OperationException(OperationErrorCode code, string message)
        : base(message) => Code = code;

    /// <summary>Makes an error that keeps its cause for the log.</summary>
    public OperationException(OperationErrorCode code, string message, Exception innerException)
        : base(message, innerException) => Code = code;

    /// <summary>What kind of failure.</summary>
    public OperationErrorCode Code { get; }
}
