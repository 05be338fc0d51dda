using System.Net;

namespace Steth.Lab.Plan;

/// <summary>A VLAN provider network on physnet1 with its one subnet.</summary>
public sealed record NetworkPlan
{
    /// <summary>Network id.</summary>
    public required string Id { get; init; }

    /// <summary>Network name.</summary>
    public required string Name { get; init; }

    /// <summary>Subnet id.</summary>
    public required string SubnetId { get; init; }

    /// <summary>The VLAN on the physical network, 1 to 4094.</summary>
    public required int SegmentationId { get; init; }

    /// <summary>The subnet's range.</summary>
    public required IPNetwork Range { get; init; }

    /// <summary>The subnet's gateway.</summary>
    public required IPAddress Gateway { get; init; }
}
