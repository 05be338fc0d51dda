using Steth.Lab.Faults;

namespace Steth.Lab.Tests.Faults;

/// <summary>The page about the lab and the catalogue say the same.</summary>
public class FaultPageTests
{
    [Fact]
    public void LabPage_HasARowForEachFaultAndNoOthers()
    {
        Rows("| fault |").ShouldBe(FaultCatalogue.All.Select(fault => $"{fault.Name}: {fault.Title}"));
    }

    [Fact]
    public void LabPage_HasARowForEachFaultOfTheFabricAndNoOthers()
    {
        Rows("| fault of the fabric |").ShouldBe(FabricFaults.All.Select(fault => $"{fault.Name}: {fault.Title}"));
    }

    private static IEnumerable<string> Rows(string heading) => File.ReadAllLines(Path.Combine(Checkout(), "docs", "lab.md"))
        .SkipWhile(line => !line.StartsWith(heading, StringComparison.Ordinal)).Skip(2)
        .TakeWhile(line => line.StartsWith('|')).Select(line => line.Split(" | ")).Select(row => $"{row[0][2..]}: {row[1]}");

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Steth.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No Steth.slnx above {AppContext.BaseDirectory}.");
    }
}
