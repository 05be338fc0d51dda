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
        Assert.SkipUnless(Guest.Obstacle is null, Guest.Obstacle ?? "");
        var run = await Guest.RunAsync("vlan-check.sh", TimeSpan.FromSeconds(280), "1G", Steth.Path, Steth.AgentPath);

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
