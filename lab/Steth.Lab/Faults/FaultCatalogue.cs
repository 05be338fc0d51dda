using Steth.Lab.Plan;

namespace Steth.Lab.Faults;

/// <summary>Every fault of a VM's network that the lab can make; those of the fabric are in <see cref="FabricFaults"/>.</summary>
internal static class FaultCatalogue
{
    /// <summary>The faults that any lab can make, in the order of the path from the guest to the servers and out.</summary>
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

    /// <summary>Those that need the kernel's datapath: with the userspace one they would break nothing.</summary>
    public static IReadOnlyList<Fault> OfKernelDatapath { get; } = HostFilterFaults.All;

    /// <summary>The faults a lab can make.</summary>
    public static IEnumerable<Fault> On(Datapath datapath) => datapath == Datapath.System ? All.Concat(OfKernelDatapath) : All;

    /// <summary>A fault by name.</summary>
    /// <exception cref="LabException">There is none of that name.</exception>
    public static Fault Find(string name) => All.Concat(OfKernelDatapath).FirstOrDefault(fault => fault.Name == name)
        ?? throw new LabException($"There is no fault '{name}': the lab knows {string.Join(", ", All.Select(fault => fault.Name).Concat(FabricFaults.All.Select(fault => fault.Name)))}.");
}
