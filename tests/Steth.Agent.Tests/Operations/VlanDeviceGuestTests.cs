using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Steth.Agent.Tools;

namespace Steth.Agent.Tests.Operations;

/// <summary>
/// Runs <see cref="VlanDeviceTests"/> and <see cref="BondInspectTests"/> on a kernel that has VLAN devices and bonds: this very program, in
/// one boot of a User-Mode Linux guest.
/// </summary>
[Collection(nameof(Alone))]
public partial class VlanDeviceGuestTests
{
    private static readonly Type[] _classes = [typeof(VlanDeviceTests), typeof(BondInspectTests)];

    [Fact]
    public async Task VlanDevicesAndBonds_OnAFullKernel_AllPass()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root: makes network namespaces in a guest");
        Assert.SkipUnless(File.Exists("/usr/bin/linux.uml"), "needs the package user-mode-linux");
        var output = await new ToolRunner($"{GuestFolder()}:/usr/sbin:/usr/bin:/sbin:/bin", Surroundings()).RunAsync(
            new ToolCommand
            {
                Program = "run-in-guest.sh",
                Arguments =
                [
                    "-t", "400", Path.Combine(AppContext.BaseDirectory, "Steth.Agent.Tests"),
                    "--filter-class", .. _classes.Select(c => c.FullName!), "--no-progress", "--no-ansi",
                ],
                Deadline = TimeSpan.FromSeconds(420),
            },
            TestContext.Current.CancellationToken);

        var summary = string.Join(' ', SummaryLine().Matches(output.Stdout).Select(m => m.Groups[1].Value));
        summary.ShouldBe($"total: {Count} failed: 0 succeeded: {Count} skipped: 0", output.Stdout + output.Stderr);
        output.ExitCode.ShouldBe(0);
    }

    private static int Count { get; } =
        _classes.Sum(c => c.GetMethods().Count(m => m.IsDefined(typeof(GuestFactAttribute), inherit: false)));

    private static string GuestFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../guest"));

    /// <summary>The guest's copy of this program must find the runtime where this one did.</summary>
    private static Dictionary<string, string> Surroundings()
    {
        var surroundings = new Dictionary<string, string> { ["HOME"] = "/root", [GuestFactAttribute.InGuest] = "1" };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
            surroundings["DOTNET_ROOT"] = root;
        return surroundings;
    }

    /// <summary>A guest has one slow CPU: it runs beside nothing.</summary>
    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;

    [GeneratedRegex(@"^\s+((?:total|failed|succeeded|skipped): \d+)\s*$", RegexOptions.Multiline)]
    private static partial Regex SummaryLine();
}
