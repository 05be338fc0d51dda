using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Controller.Checks;

/// <summary>Which VLANs to try between some nodes, and how.</summary>
public sealed record VlanRequest
{
    /// <summary>The VLANs that are to cross; untagged may be among them.</summary>
    public required VlanSet Vlans { get; init; }

    /// <summary>Where on each node.</summary>
    public required NicChoice Nics { get; init; }

    /// <summary>Try frames with two tags as well, with this outer one; null: do not.</summary>
    public OuterTag? DoubleTag { get; init; }

    /// <summary>Try frames as large as the NIC's MTU as well.</summary>
    public bool FullSize { get; init; }

    /// <summary>Probes a second a node sends at most; all together send at most <see cref="VlanCheck.MostPpsInAll"/>.</summary>
    public required int Pps { get; init; }
}

/// <summary>The NIC of each node: the one named for it, else the one named for all, else the one of its network.</summary>
public sealed record NicChoice
{
    /// <summary>By node name.</summary>
    public IReadOnlyDictionary<string, DeviceName> OfNode { get; init; } = new Dictionary<string, DeviceName>();

    /// <summary>For the nodes that none is named for; null: none is.</summary>
    public DeviceName? OfAll { get; init; }

    /// <summary>The network type whose NIC is taken where none is named; null: none.</summary>
    public string? Network { get; init; }
}
