namespace Steth.OpenStack;

/// <summary>The OpenStack API could not be used. The message is one sentence for an operator and never holds a secret.</summary>
public sealed class OpenStackException : Exception
{
    /// <summary>Makes one.</summary>
    public OpenStackException(OpenStackFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>The kind.</summary>
    public OpenStackFailure Failure { get; }

    /// <summary>The API is not there (unreachable, silent, answering 5xx or rubbish): what needs no API can still be done.</summary>
    public bool IsServiceDown { get; init; }
}
