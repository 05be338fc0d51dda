namespace Steth.Lab.State;

/// <summary>A fault that is made, with the commands that undo it. They are written down before the fault is made.</summary>
public sealed record MadeFault
{
    /// <summary>The fault's name, as in I1-dead-tag.</summary>
    public required string Name { get; init; }

    /// <summary>The VM port it was made for; null for a fault of the fabric.</summary>
    public string? PortId { get; init; }

    /// <summary>The host a fault of the fabric was made for; null for a VM port's.</summary>
    public string? HostName { get; init; }

    /// <summary>Undo it, in this order.</summary>
    public required IReadOnlyList<HostCommand> Undo { get; init; }
}
