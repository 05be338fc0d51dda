namespace Steth.Lab.Faults;

/// <summary>Every fault the lab can make.</summary>
internal static class FaultCatalogue
{
    /// <summary>The faults, in the order of the path from the guest to the servers and out.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        .. GuestFaults.All,
        .. HybridFaults.All,
        .. PortFaults.All,
        .. NativeFaults.All,
        .. ProviderFaults.All,
        .. TunnelFaults.All,
        .. DhcpFaults.All,
        .. RouterFaults.All,
        .. MetadataFaults.All,
    ];

    /// <summary>A fault by name.</summary>
    /// <exception cref="LabException">There is none of that name.</exception>
    public static Fault Find(string name) => All.FirstOrDefault(fault => fault.Name == name)
        ?? throw new LabException($"There is no fault '{name}': the lab knows {string.Join(", ", All.Select(fault => fault.Name))}.");
}
