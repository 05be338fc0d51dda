namespace Steth.OpenStack.Keystone;

/// <summary>Where a service is reached.</summary>
public sealed record CatalogEndpoint
{
    /// <summary>public, internal or admin; null when it does not say.</summary>
    public string? Interface { get; init; }

    /// <summary>The region's id; null when it is in none.</summary>
    public string? RegionId { get; init; }

    /// <summary>The region as older Keystones write it; null when it is in none.</summary>
    public string? Region { get; init; }

    /// <summary>The address, not checked; null when it has none.</summary>
    public string? Url { get; init; }

    /// <summary>The region, however it is written.</summary>
    internal string? InRegion => RegionId ?? Region;
}
