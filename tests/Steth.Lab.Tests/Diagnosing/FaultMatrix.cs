using Steth.Lab.Faults;
using Steth.Lab.Names;
using Steth.Lab.Plan;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>
/// Which fault is tried on which VM: one VM a fault by turns; with STETH_FULL_MATRIX=1 every VM it fits; with STETH_FULL_MATRIX=Q4,D6 that,
/// for the faults alone whose names begin so.
/// </summary>
internal static class FaultMatrix
{
    private static readonly LabPlan Plan = new(LabName.Default);

    /// <summary>A VM of each kind of network and plug, in the order of the table's columns.</summary>
    public static IReadOnlyList<PortPlan> Vms { get; } =
        [.. new[] { "vm1", "vm3", "vm5", "vm6", "vm7", "vm8" }.Select(name => Plan.VmPorts.Single(port => port.Name == name))];

    private static readonly Dictionary<string, string> Turns = TakeTurns(); // after the VMs it takes them of

    /// <summary>Everything is tried.</summary>
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("STETH_FULL_MATRIX") is { Length: > 0 };

    /// <summary>The results are written into docs/diagnosis.md.</summary>
    public static bool WritesDocs { get; } = IsFull && Environment.GetEnvironmentVariable("STETH_WRITE_DOCS") == "1";

    /// <summary>The faults to try on a VM.</summary>
    public static TheoryData<string> FaultsOf(string vm) => new(FaultCatalogue.All
        .Where(fault => IsFull ? IsWanted(fault) && fault.Fits(Vms.Single(port => port.Name == vm)) : Turns[fault.Name] == vm)
        .Select(fault => fault.Name));

    private static bool IsWanted(Fault fault) => Environment.GetEnvironmentVariable("STETH_FULL_MATRIX") is not { } words
        || words == "1" || words.Split(',').Any(word => fault.Name.StartsWith(word, StringComparison.Ordinal));

    /// <summary>Each fault goes to the VM that has the fewest so far, those first that fit the fewest VMs.</summary>
    private static Dictionary<string, string> TakeTurns()
    {
        var turns = new Dictionary<string, string>();
        foreach (var fault in FaultCatalogue.All.OrderBy(fault => Vms.Count(fault.Fits)))
            turns[fault.Name] = Vms.Where(fault.Fits).MinBy(vm => turns.Values.Count(name => name == vm.Name))!.Name;
        return turns;
    }
}
