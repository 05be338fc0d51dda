using Steth.Lab.Faults;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>The table of docs/diagnosis.md: which fault is named on which kind of network and plug.</summary>
internal static class MatrixPage
{
    private const string Begin = "<!-- faults table: generated -->";
    private const string End = "<!-- end -->";
    private const string NotPossible = "–";

    /// <summary>The page.</summary>
    public static string Path { get; } = System.IO.Path.Combine(Checkout(), "docs", "diagnosis.md");

    /// <summary>The generated lines of the page as it is.</summary>
    public static string[] Lines() =>
        [.. File.ReadAllLines(Path).SkipWhile(line => line != Begin).Skip(1).TakeWhile(line => line != End)];

    /// <summary>Writes the table into the page; what was not tried keeps the result it has there.</summary>
    /// <param name="wrong">What was named instead, by fault and VM; null: all was right.</param>
    public static void Write(IReadOnlyDictionary<(string Fault, string Vm), string?> wrong)
    {
        var page = File.ReadAllText(Path);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        File.WriteAllText(Path, $"{page[..begin]}{Begin}\n{string.Join('\n', Table(wrong, Before()))}\n{page[end..]}");
    }

    /// <summary>The cells of a table's line.</summary>
    public static string[] Cells(string line) => [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];

    /// <summary>Whether a cell says that the fault cannot be there.</summary>
    public static bool IsNotPossible(string cell) => cell == NotPossible;

    private static Dictionary<(string Fault, string Vm), string> Before() => Lines()
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).Select(Cells)
        .SelectMany(row => FaultMatrix.Vms.Zip(row[1..], (vm, cell) => ((row[0], vm.Name), cell)))
        .ToDictionary(pair => pair.Item1, pair => pair.cell);

    private static IEnumerable<string> Table(
        IReadOnlyDictionary<(string Fault, string Vm), string?> wrong, Dictionary<(string Fault, string Vm), string> before)
    {
        yield return "Every fault of the lab ([lab.md](lab.md)) on every kind of network and plug. `yes`: diagnosed with nothing but the port's";
        yield return "address, its cause was named first, at its host and device, with all symptoms it has and none it has not; healed, nothing";
        yield return "was found. `no`: what was named instead. `–`: it cannot be there. A test that takes a lab written this table.";
        yield return "";
        yield return "| fault | " + string.Join(" | ", FaultMatrix.Vms.Select(
            vm => $"{vm.Network.TypeName} {(vm.IsHybrid ? "hybrid" : "native")}")) + " |";
        yield return "|---|" + string.Concat(FaultMatrix.Vms.Select(_ => "---|"));
        foreach (var fault in FaultCatalogue.All)
        {
            var cells = FaultMatrix.Vms.Select(vm => !fault.Fits(vm) ? NotPossible
                : wrong.TryGetValue((fault.Name, vm.Name), out var instead) ? instead is null ? "yes" : $"no: {instead}"
                : before.GetValueOrDefault((fault.Name, vm.Name), "not tried"));
            yield return $"| {fault.Name} | {string.Join(" | ", cells)} |";
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
