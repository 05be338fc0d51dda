using Steth.Lab.Faults;

namespace Steth.Lab.Tests.Faults;

/// <summary>The page about the lab and the catalogue say the same.</summary>
public class FaultPageTests
{
    [Fact]
    public void LabPage_HasARowForEachFaultAndNoOthers()
    {
        var rows = File.ReadAllLines(Path.Combine(Checkout(), "docs", "lab.md"))
            .SkipWhile(line => !line.StartsWith("| fault |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|')).Select(line => line.Split(" | ")).ToArray();

        rows.Select(row => $"{row[0][2..]}: {row[1]}").ShouldBe(FaultCatalogue.All.Select(fault => $"{fault.Name}: {fault.Title}"));
    }

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Steth.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No Steth.slnx above {AppContext.BaseDirectory}.");
    }
}
