namespace Steth.Identity;

/// <summary>A certificate, key or list that cannot be used; the message is one sentence for the operator, with the file's name.</summary>
public sealed class IdentityException : Exception
{
    /// <summary>Says what is wrong.</summary>
    public IdentityException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong, and what made it so.</summary>
    public IdentityException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
