using Steth.Lab.Faults;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>The table of what is proven has every fault of the lab, and a result wherever the fault can be.</summary>
public class MatrixPageTests
{
    private static readonly string[][] Rows =
        [.. MatrixPage.Lines().Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).Select(MatrixPage.Cells)];

    [Fact]
    public void Table_HasARowForEachFaultAndNoOthers() =>
        Rows.Select(row => row[0]).ShouldBe(FaultCatalogue.All.Select(fault => fault.Name));

    [Fact]
    public void Table_HasAResultWhereTheFaultFitsAndOnlyThere() =>
        Rows.SelectMany(row => row[1..].Zip(FaultMatrix.Vms, (cell, vm) => FaultCatalogue.Find(row[0]).Fits(vm)
                ? cell == "yes" || cell.StartsWith("no: ", StringComparison.Ordinal) ? "" : $"{row[0]} {vm.Name}: {cell}"
                : MatrixPage.IsNotPossible(cell) ? "" : $"{row[0]} {vm.Name}: {cell}"))
            .Where(problem => problem.Length > 0).ShouldBeEmpty();

    [Fact]
    public void Turns_TakeEachFaultOnce()
    {
        Assert.SkipWhen(FaultMatrix.IsFull, "everything is tried: there are no turns");
        FaultMatrix.Vms.SelectMany(vm => FaultMatrix.FaultsOf(vm.Name)).Select(row => row.Data).Order()
            .ShouldBe(FaultCatalogue.All.Select(fault => fault.Name).Order());
    }
}
