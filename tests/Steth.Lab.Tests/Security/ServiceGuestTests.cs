using System.Globalization;
using System.Text.RegularExpressions;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Security;

/// <summary>The agent's unit under a real systemd, in a guest whose first process it may be.</summary>
[Collection(AloneCollection.Name)]
public partial class ServiceGuestTests
{
    [Fact]
    public async Task Unit_UnderSystemd_DoesTheAgentsWorkAndNoMore()
    {
        Assert.SkipUnless(Guest.Obstacle is null, Guest.Obstacle ?? "");
        Assert.SkipUnless(File.Exists("/usr/lib/systemd/systemd"), "systemd is not installed here (package systemd).");
        var unit = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Commands.Steth.Path)!, "../../../../../packaging/steth-agent.service"));
        var run = await Guest.RunAsync("service-check.sh", TimeSpan.FromSeconds(900), "1500M", Commands.Steth.Path, Commands.Steth.AgentPath, unit);

        run.ExitCode.ShouldBe(0, run.Output + run.Errors);
        var steps = $"\n{run.Output}".Split("\n== ")[1..].Select(part => part.Split('\n', 2)).ToLookup(part => part[0], part => part[1]);
        string Of(string step) => steps[step].First();

        // It fails at once, says why, and is not started over and over.
        Of("without certificate").ShouldStartWith("exit-code 0 64 failed failed", customMessage: run.Output + run.Errors);
        Of("without certificate").ShouldContain("steth pki issue");
        Of("without certificate").ShouldContain("--insecure");

        Of("started").ShouldStartWith("success 0 0 active running \nsuccess 0 0 active running", customMessage: run.Output + run.Errors);
        Of("started").ShouldContain("NoNewPrivs:\t1");
        Of("started").ShouldContain("Seccomp:\t2");
        // NET_ADMIN, NET_RAW, SYS_ADMIN, SYS_PTRACE, DAC_OVERRIDE
        Of("started").ShouldContain("CapBnd:\t0000000000283002");
        WriteLine().Matches(Of("started")).Select(m => m.Value).ShouldBe(
            ["may not write /etc/x", "may not write /usr/x", "may not write /var/x", "may not write /root/x", "may not write /dev/x",
             "may not write /proc/sys/net/ipv4/ip_forward", "may write /run/steth/x", "may write /var/log/steth/x"]);

        // What it is there for works as it does without the sandbox.
        Exit(Of("steth agents")).ShouldBe(0, run.Output + run.Errors);
        var vlans = Of("steth check vlan --nic eth1 --vlans 105-106");
        vlans.ShouldContain("VLAN 106 does not cross between a, b", customMessage: run.Output + run.Errors);
        vlans.ShouldContain("VLAN 105 does cross");
        Exit(vlans).ShouldBe(1);
        Exit(Of("steth check mesh --network net --rtt 60000 --jitter 60000")).ShouldBe(0, run.Output + run.Errors);
        Exit(Of("steth ping a 10.8.0.2 --namespace b")).ShouldBe(0, run.Output + run.Errors);
        Exit(Of("steth check-ports-on-br a br-int tap-vm")).ShouldBe(0, run.Output + run.Errors);

        // systemd ends one that hangs, and starts it anew; the same for one that was killed.
        Of("hung").ShouldStartWith("success 1 0 active running", customMessage: run.Output + run.Errors);
        run.Errors.ShouldContain("Watchdog timeout");
        Of("killed").ShouldStartWith("success 1 0 active running", customMessage: run.Output + run.Errors);
        Exit(steps["steth agents"].Last()).ShouldBe(0, run.Output + run.Errors);

        Of("stopped").ShouldStartWith("success 0 0 inactive dead \nsuccess 0 0 inactive dead", customMessage: run.Output + run.Errors);
        run.Errors.ShouldNotContain("cannot be written");
    }

    private static int Exit(string step) => int.Parse(ExitLine().Match(step).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^may .*$", RegexOptions.Multiline)]
    private static partial Regex WriteLine();

    [GeneratedRegex(@"^exit (\d+)$", RegexOptions.Multiline)]
    private static partial Regex ExitLine();
}
