namespace Steth.Contracts;

/// <summary>Error codes on the wire: JSON-RPC 2.0 section 5.1, then the server range as this project assigns it.</summary>
public enum OperationErrorCode
{
    /// <summary>The body is not JSON.</summary>
    ParseError = -32700,

    /// <summary>JSON, but not a request object.</summary>
    InvalidRequest = -32600,

    /// <summary>No operation of that name.</summary>
    MethodNotFound = -32601,

    /// <summary>A parameter is unknown, missing, of the wrong type or out of range.</summary>
    InvalidParams = -32602,

    /// <summary>A fault of the agent itself; the message carries a correlation id, the log the details.</summary>
    InternalError = -32603,

    /// <summary>A program this operation needs is not installed; the message names its package.</summary>
    ToolMissing = -32000,

    /// <summary>The agent lacks the privilege, or refuses because the change would cut something off.</summary>
    PermissionDenied = -32001,

    /// <summary>The deadline passed.</summary>
    Timeout = -32002,

    /// <summary>A program or the kernel refused; the message carries its words.</summary>
    ToolFailed = -32003,

    /// <summary>The thing is in use, or too many run already.</summary>
    Busy = -32004,

    /// <summary>No such interface, bridge, namespace, port or lease on this host.</summary>
    NoSuchDevice = -32005,

    /// <summary>The caller's certificate does not allow this, or is not to be trusted any more; nothing was done.</summary>
    Forbidden = -32006,
}
