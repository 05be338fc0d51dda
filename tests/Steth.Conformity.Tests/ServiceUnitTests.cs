using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Steth.Conformity.Tests;

/// <summary>The unit stays as closed as docs/security.md says it is.</summary>
public partial class ServiceUnitTests
{
    private const double MostExposure = 4.0;

    private static string Unit => Repository.PathOf("packaging", "steth-agent.service");

    [Fact]
    public void Unit_HasTheCapabilitiesThatTheSecurityPageExplains()
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "security.md"));
        var explained = CapabilityRow().Matches(page).Select(m => m.Groups[1].Value);
        var line = File.ReadLines(Unit).Single(l => l.StartsWith("CapabilityBoundingSet=", StringComparison.Ordinal));
        line["CapabilityBoundingSet=".Length..].Split(' ').ShouldBe(explained, ignoreOrder: true);
    }

    [Theory]
    [InlineData("Type=notify")]
    [InlineData("WatchdogSec=30")]
    [InlineData("NoNewPrivileges=yes")]
    [InlineData("ProtectSystem=strict")]
    [InlineData("RuntimeDirectory=steth")]
    [InlineData("LogsDirectory=steth")]
    [InlineData("MemoryMax=512M")]
    public void Unit_SaysWhatIsPromised(string line) => File.ReadLines(Unit).ShouldContain(line);

    [Fact]
    public async Task Exposure_IsNotAboveWhatThePageSays()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed here (package systemd).");
        var start = new ProcessStartInfo("/usr/bin/systemd-analyze", ["security", "--offline=true", "--no-pager", Unit])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var figure = Overall().Match(text).Groups[1].Value;
        double.Parse(figure, CultureInfo.InvariantCulture).ShouldBeLessThanOrEqualTo(MostExposure, text);
    }

    [GeneratedRegex(@"^\| (CAP_[A-Z_]+) \|", RegexOptions.Multiline)]
    private static partial Regex CapabilityRow();

    [GeneratedRegex(@"Overall exposure level for [^:]+: ([0-9.]+)")]
    private static partial Regex Overall();
}
