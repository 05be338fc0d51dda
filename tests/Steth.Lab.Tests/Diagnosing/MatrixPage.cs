using Steth.Lab.Faults;
using Steth.Lab.Plan;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>The table of docs/diagnosis.md: which fault is named on which kind of network and plug.</summary>
internal static class MatrixPage
{
    private const string Begin = "<!-- faults table: generated -->";
    private const string End = "<!-- end -->";
    private const string NotPossible = "–";
    private const string NotTried = "not tried";

    /// <summary>The page.</summary>
    public static string Path { get; } = System.IO.Path.Combine(Checkout(), "docs", "diagnosis.md");

    /// <summary>The generated lines of the page as it is.</summary>
    public static string[] Lines() =>
        [.. File.ReadAllLines(Path).SkipWhile(line => line != Begin).Skip(1).TakeWhile(line => line != End)];

    /// <summary>Writes a result into the table of the page; every other cell keeps what it has there.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="vm">The VM it was tried on.</param>
    /// <param name="wrong">What was named instead; null: all was right.</param>
    public static void Write(Fault fault, PortPlan vm, string? wrong)
    {
        var cells = Lines().Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).Select(Cells)
            .SelectMany(row => FaultMatrix.Vms.Zip(row[1..], (of, cell) => ((row[0], of.Name), cell)))
            .ToDictionary(pair => pair.Item1, pair => pair.cell);
        cells[(fault.Name, vm.Name)] = wrong is null ? "yes" : $"no: {wrong}";
        var page = File.ReadAllText(Path);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        File.WriteAllText(Path, $"{page[..begin]}{Begin}\n{string.Join('\n', Table(cells))}\n{page[end..]}");
    }

    /// <summary>The cells of a table's line.</summary>
    public static string[] Cells(string line) => [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];

    /// <summary>Whether a cell says that the fault cannot be there.</summary>
    public static bool IsNotPossible(string cell) => cell == NotPossible;

    private static IEnumerable<string> Table(Dictionary<(string Fault, string Vm), string> cells)
    {
        yield return "Every fault of the lab ([lab.md](lab.md)) on every kind of network and plug. `yes`: diagnosed with nothing but the port's";
        yield return "address, its cause was named first, at its host and device, with all symptoms it has and none it has not. `no`: what";
        yield return "was named instead. `–`: it cannot be there. The tests wrote this table from what they saw.";
        yield return "";
        yield return "| fault | " + string.Join(" | ", FaultMatrix.Vms.Select(
            vm => $"{vm.Network.TypeName} {(vm.IsHybrid ? "hybrid" : "native")}")) + " |";
        yield return "|---|" + string.Concat(FaultMatrix.Vms.Select(_ => "---|"));
        foreach (var fault in FaultCatalogue.All)
        {
            yield return $"| {fault.Name} | {string.Join(" | ", FaultMatrix.Vms.Select(
                vm => fault.Fits(vm) ? cells.GetValueOrDefault((fault.Name, vm.Name), NotTried) : NotPossible))} |";
        }
    }

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Steth.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No Steth.slnx above {AppContext.BaseDirectory}.");
    }
}
