using System.Text.RegularExpressions;

namespace Steth.Conformity.Tests;

/// <summary>docs/checks.md tells every finding of a check: a row of a table that begins with its id.</summary>
public partial class CheckPageTests
{
    // Words of the same shape that are no findings: kinds, modes and states that sources name.
    private static readonly string[] s_otherWords = ["br-int", "br-tun"];

    [Fact]
    public void ChecksPage_HasARowForEveryFindingAndNoOthers()
    {
        var told = Row().Matches(File.ReadAllText(Repository.PathOf("docs", "checks.md"))).Select(m => m.Groups[1].Value).ToList();
        var made = Repository.Sources("src", "Steth.Diagnosis", "Readiness")
            .SelectMany(f => Slug().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value)).Distinct().Except(s_otherWords).ToList();

        made.Count.ShouldBeGreaterThan(10);
        told.ShouldBe(made, ignoreOrder: true);
    }

    // Every finding's id is a literal of two words or more.
    [GeneratedRegex("\"([a-z]+(?:-[a-z0-9]+)+)\"")]
    private static partial Regex Slug();

    [GeneratedRegex(@"^\| `([a-z0-9]+(?:-[a-z0-9]+)+)` \| [^|]+ \| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
