namespace Steth.Lab;

/// <summary>What the lab cannot do, in one sentence that says what, where and what to do about it. The commands print it and exit 1.</summary>
public sealed class LabException : Exception
{
    /// <summary>An error without words of its own; the other constructors are the ones to use.</summary>
    public LabException() : base("The lab failed.") { }

    /// <summary>An error with its sentence.</summary>
    public LabException(string message) : base(message) { }

    /// <summary>An error with its sentence and what lies behind it.</summary>
    public LabException(string message, Exception innerException) : base(message, innerException) { }
}
