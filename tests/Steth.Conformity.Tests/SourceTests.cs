using System.Text.RegularExpressions;

namespace Steth.Conformity.Tests;

/// <summary>Rules about the source that no analyser checks.</summary>
public partial class SourceTests
{
    private static IEnumerable<string> AllSources => new[] { "src", "lab", "tests" }.SelectMany(f => Repository.Sources(f));

    [Fact]
    public void SourceFile_HasAtMost400Lines() =>
        AllSources.Where(f => File.ReadLines(f).Count() > 400).Select(Relative).ShouldBeEmpty();

    [Fact]
    public void SourceLine_HasAtMost140Characters() =>
        Repository.Sources("src").SelectMany(f => File.ReadLines(f).Select((line, i) => (line.Length, Place: $"{Relative(f)}:{i + 1}")))
            .Where(l => l.Length > 140).Select(l => l.Place).ShouldBeEmpty();

    [Fact]
    public void SourceFile_CarriesNoMarkOfUnfinishedWork() =>
        AllSources.Where(f => !f.EndsWith("/SourceTests.cs", StringComparison.Ordinal))
            .Where(f => UnfinishedPattern().IsMatch(File.ReadAllText(f))).Select(Relative).ShouldBeEmpty();

    [Fact]
    public void Namespace_IsTheFolder()
    {
        foreach (var file in AllSources)
        {
            var declared = NamespacePattern().Match(File.ReadAllText(file));
            if (!declared.Success)
                continue;
            var folder = Path.GetDirectoryName(Relative(file))!.Split('/').Skip(1);
            declared.Groups[1].Value.ShouldBe(string.Join('.', folder), Relative(file));
        }
    }

    [Fact]
    public void Process_IsStartedOnlyByTheToolRunner() =>
        Repository.Sources("src").Where(f => f.Contains("/Steth.Agent/", StringComparison.Ordinal) is false || !f.Contains("/Tools/", StringComparison.Ordinal))
            .Where(f => File.ReadAllText(f).Contains("ProcessStartInfo", StringComparison.Ordinal)).Select(Relative).ShouldBeEmpty();

    [Fact]
    public void BannedApi_IsUsedOnlyInItsOnePlace() =>
        new[] { "src", "lab" }.SelectMany(f => Repository.Sources(f))
            .Where(f => File.ReadAllText(f).Contains("RS0030", StringComparison.Ordinal)).Select(Relative)
            .ShouldBe(
                [
                    "src/Steth.Agent/Program.cs", "src/Steth.Agent/Tools/ToolStarter.cs", "src/Steth.Cli/Rendering/OutputStreams.cs",
                    "lab/Steth.Lab/Output/LabConsole.cs", "lab/Steth.Lab/Processes/Launcher.cs",
                ],
                ignoreOrder: true);

    /// <summary>A clean-up that throws on is no catch-all. NetworkNamespace carries every exception from its thread to the caller's.</summary>
    [Fact]
    public void CatchAll_StandsOnlyInTheDispatcherTheEngineAndMain() =>
        new[] { "src", "lab" }.SelectMany(f => Repository.Sources(f))
            .Where(f => CatchAllPattern().IsMatch(File.ReadAllText(f))).Select(Relative)
            .ShouldBe(
                [
                    "src/Steth.Agent/Rpc/Dispatcher.cs", "src/Steth.Agent/Kernel/NetworkNamespace.cs",
                    "src/Steth.Diagnosis/Verdicts/DiagnosisEngine.cs", "src/Steth.Cli/Program.cs",
                ],
                ignoreOrder: true);

    [Fact]
    public void Diagnosis_DoesNoInputOrOutput() =>
        Repository.Sources("src", "Steth.Diagnosis")
            .Where(f => ImpurePattern().IsMatch(File.ReadAllText(f))).Select(Relative).ShouldBeEmpty();

    private static string Relative(string file) => Path.GetRelativePath(Repository.Root, file);

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex UnfinishedPattern();

    [GeneratedRegex(@"catch \(Exception\b[^)]*\)(?!\s*when)|catch\s*\{(?![^}]*\bthrow;)")]
    private static partial Regex CatchAllPattern();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespacePattern();

    // System.Net.Sockets is where AddressFamily lives: what opens a socket is named instead.
    [GeneratedRegex(@"using System\.(IO|Net\.Http|Diagnostics(?!\.CodeAnalysis))\b|\bnew (Socket|TcpClient|TcpListener|UdpClient|NetworkStream)\(|\bTimeProvider\b|\bFile\.|\basync\b|\bTask\b|Stopwatch")]
    private static partial Regex ImpurePattern();
}
