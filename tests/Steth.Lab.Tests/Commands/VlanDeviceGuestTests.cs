using System.Text.Json;
using System.Text.RegularExpressions;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Commands;

/// <summary>check-vlan-interface and the link commands with kernel VLAN devices, in a guest whose kernel has them.</summary>
[Collection(AloneCollection.Name)]
public partial class VlanDeviceGuestTests
{
    [Fact]
    public async Task LinkCommands_OnAFullKernel_UseVlanDevicesAndLeaveNone()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: makes network namespaces in a guest");
        Assert.SkipUnless(File.Exists("/usr/bin/linux.uml"), "needs the package user-mode-linux");
        var run = await LabProgram.RunToolAsync(Path.Combine(GuestFolder, "run-in-guest.sh"), TimeSpan.FromSeconds(300),
            "-t", "280", Path.Combine(GuestFolder, "vlan-check.sh"), Steth.Path, Steth.AgentPath);

        run.ExitCode.ShouldBe(0, run.Output + run.Errors);
        var parts = CommandLine().Split(run.Output);
        States(parts[1]).ShouldBe(["a b PASS", "b a PASS"], run.Output + run.Errors);
        States(parts[3]).ShouldBe(["a b FAIL", "b a FAIL"], run.Output + run.Errors);
        run.Errors.ShouldMatch(@"(?m)^a vlan\.add .*: ok$", "the check must use VLAN devices where the kernel has them");
        run.Errors.ShouldMatch(@"(?m)^b vlan\.add .*: ok$");
        ExitLine().Matches(run.Output).Select(m => m.Groups[1].Value).ShouldBe(["0", "1", "0", "0", "0", "0"], run.Output + run.Errors);
        run.Output.ShouldContain("\"inet\": \"192.0.2.1\"");
        LeftPattern().Matches(run.Output).Select(m => PeerPattern().Replace(m.Value, "")).ShouldBe(
            ["left on a: lo eth0 eth1", "left on b: lo eth0 eth1"], run.Output);
    }

    private static string GuestFolder { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Steth.Path)!, "../../../../../tests/guest"));

    private static string[] States(string json)
    {
        using var answer = JsonDocument.Parse(json);
        return Steth.Rows(answer.RootElement, "from", "to", "state");
    }

    [GeneratedRegex(@"^== .*$", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"^left on .*\S", RegexOptions.Multiline)]
    private static partial Regex LeftPattern();

    [GeneratedRegex(@"@if\d+")]
    private static partial Regex PeerPattern();

    [GeneratedRegex(@"^== exit (\d+)$", RegexOptions.Multiline)]
    private static partial Regex ExitLine();
}
