using System.Xml.Linq;

namespace Steth.Conformity.Tests;

/// <summary>The arrows of docs/architecture.md, and no others.</summary>
public class ProjectGraphTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Steth.Packets"] = [],
        ["Steth.Contracts"] = ["Steth.Packets"],
        ["Steth.Identity"] = ["Steth.Contracts"],
        ["Steth.Agent"] = ["Steth.Contracts", "Steth.Identity", "Steth.Packets"],
        ["Steth.OpenStack"] = [],
        ["Steth.Diagnosis"] = ["Steth.Contracts"],
        ["Steth.Controller"] = ["Steth.Contracts", "Steth.Diagnosis", "Steth.Identity", "Steth.OpenStack"],
        ["Steth.Cli"] = ["Steth.Controller"],
        ["Steth.Lab"] = ["Steth.Packets"],
    };

    public static TheoryData<string> Projects => [.. ProjectFiles().Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Fact]
    public void EveryProject_IsKnownHere() =>
        ProjectFiles().Select(Path.GetFileNameWithoutExtension).Order().ShouldBe(s_allowed.Keys.Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_RefersOnlyToWhatTheArchitectureAllows(string project)
    {
        var file = ProjectFiles().Single(f => Path.GetFileNameWithoutExtension(f) == project);
        XDocument.Load(file).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value))
            .ShouldBeSubsetOf(s_allowed[project]);
    }

    private static IEnumerable<string> ProjectFiles() =>
        new[] { "src", "lab" }.SelectMany(f => Directory.EnumerateFiles(Repository.PathOf(f), "*.csproj", SearchOption.AllDirectories));
}
