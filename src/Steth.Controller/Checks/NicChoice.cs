using Steth.Contracts.Names;

namespace Steth.Controller.Checks;

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
