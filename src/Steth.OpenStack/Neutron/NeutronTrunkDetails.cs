using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Neutron;

/// <summary>The trunk a port is the parent of.</summary>
public sealed record NeutronTrunkDetails
{
    /// <summary>The trunk.</summary>
    public string? TrunkId { get; init; }

    /// <summary>The ports carried on it.</summary>
    public IReadOnlyList<NeutronSubPort> SubPorts
    {
        get;
        init => field = Lenient.List(value);
    } = [];
}
