using Steth.Contracts;

namespace Steth.Controller.Agents;

/// <summary>A call to an agent that brought no result. The message is one sentence for an operator.</summary>
public sealed class AgentException : Exception
{
    /// <summary>The agent answered with an error.</summary>
    public AgentException(string node, OperationErrorCode code, string message)
        : base(message)
    {
        Node = node;
        Code = code;
    }

    /// <summary>The agent answered in a shape that cannot be read; the inner exception says at what.</summary>
    public AgentException(string node, OperationErrorCode code, string message, Exception? innerException)
        : base(message, innerException)
    {
        Node = node;
        Code = code;
    }

    /// <summary>The agent did not answer, or not in our language.</summary>
    public AgentException(string node, string message, Exception? innerException)
        : base(message, innerException) => Node = node;

    /// <summary>Which node.</summary>
    public string Node { get; }

    /// <summary>What the agent answered; null when it is silent (unreachable, refused, timed out, not an agent).</summary>
    public OperationErrorCode? Code { get; }

    /// <summary>Nothing came back that an agent could have sent.</summary>
    public bool IsSilent => Code is null;
}
