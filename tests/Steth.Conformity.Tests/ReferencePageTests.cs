namespace Steth.Conformity.Tests;

public class ReferencePageTests
{
    [Fact]
    public void OperationsPage_SaysWhatTheDeclarationsSay()
    {
        var file = Repository.PathOf("docs", "operations.md");
        var page = ReferencePage.Write();
        if (Environment.GetEnvironmentVariable("STETH_WRITE_DOCS") == "1")
            File.WriteAllText(file, page);
        File.ReadAllText(file).ShouldBe(page, "docs/operations.md is stale: STETH_WRITE_DOCS=1 ./test.sh Steth.Conformity.Tests");
    }
}
