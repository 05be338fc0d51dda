using Steth.Contracts.Operations;

namespace Steth.Agent.Tools.Ip;

/// <summary>A network interface with what only the agent itself cares about.</summary>
public sealed record Link
{
    /// <summary>What the operation tells; without OVS membership, speed and duplex.</summary>
    public required InterfaceFacts Facts { get; init; }

    /// <summary>IFLA_IFALIAS; null when none is set.</summary>
    public string? Alias { get; init; }
}
