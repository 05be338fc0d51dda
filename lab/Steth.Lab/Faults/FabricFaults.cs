namespace Steth.Lab.Faults;

/// <summary>Every way to break what lies between the hosts. Each check adds its own.</summary>
internal static class FabricFaults
{
    /// <summary>The faults, by check.</summary>
    public static IReadOnlyList<FabricFault> All { get; } =
        [.. VlanFabricFaults.All, .. PairFabricFaults.All, .. PortFabricFaults.All, .. HostFabricFaults.All];

    /// <summary>A fault by name; null when it is none of the fabric.</summary>
    public static FabricFault? Find(string name) => All.FirstOrDefault(fault => fault.Name == name);
}
