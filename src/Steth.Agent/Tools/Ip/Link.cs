using Steth.Contracts.Operations;

namespace Steth.Agent.Tools.Ip;

/// <summary>A network interface with what only the agent itself cares about.</summary>
public sealed record Link
{
    /// <summary>Alias of devices that end with a lease: whoever finds one after a crash of the agent may delete it.</summary>
    public const string LeasedAlias = "steth lease";

    /// <summary>Alias of devices made to stay.</summary>
    public const string LastingAlias = "steth";

    /// <summary>What the operation tells; without OVS membership, speed and duplex.</summary>
    public required InterfaceFacts Facts { get; init; }

    /// <summary>IFLA_IFALIAS; null when none is set.</summary>
    public string? Alias { get; init; }
}
