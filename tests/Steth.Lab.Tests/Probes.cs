using System.Globalization;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests;

/// <summary>Questions put to a running lab.</summary>
internal static class Probes
{
    private static readonly TimeSpan LeaseDeadline = TimeSpan.FromSeconds(8);

    /// <summary>The router's namespace on net1.</summary>
    public static async Task<string> RouterAsync(LabFixture lab) =>
        (await lab.ExecAsync("net1", "ip", "netns")).Split('\n').First(line => line.StartsWith("qrouter-", StringComparison.Ordinal)).Split(' ')[0];

    /// <summary>Whether an address answers the router.</summary>
    public static async Task<bool> PingsAsync(LabFixture lab, string router, string address, int seconds = 2) =>
        (await lab.TryAsync("net1", "ip", "netns", "exec", router, "ping", "-c", "1", "-W",
            seconds.ToString(CultureInfo.InvariantCulture), address)).ExitCode == 0;

    /// <summary>Whether an address answers the router before long: after a repair bridges and neighbour tables take a moment.</summary>
    public static async Task<bool> PingsAgainAsync(LabFixture lab, string router, string address)
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            if (await PingsAsync(lab, router, address))
                return true;
        }
        return false;
    }

    /// <summary>Lets the guests of a host boot again, and tells whether one of them gets its lease.</summary>
    public static async Task<bool> LeasesAsync(LabFixture lab, LabPort port, TimeSpan? patience = null)
    {
        var log = $"/run/steth-lab/{lab.Name}/{port.Host}/log/guests.log";
        var line = $"{port.Name} leased {port.Ip} from 192.168.101.2\n";
        var before = Count(log, line);
        await LabProgram.RunToolAsync("kill", "-HUP", $"{GuestsOf(lab, port)}");
        var until = DateTime.UtcNow + (patience ?? LeaseDeadline);
        while (DateTime.UtcNow < until)
        {
            if (Count(log, line) > before)
                return true;
            await Task.Delay(20);
        }
        return false;
    }

    /// <summary>The process that plays the guests of a port's host, as this machine counts.</summary>
    private static int GuestsOf(LabFixture lab, LabPort port) => LabProgram.ProcessesOf(lab.Name).Single(process =>
        File.ReadAllText($"/proc/{process}/cmdline").Split('\0') is [_, "guest", .. var guests]
            && guests.Any(guest => guest.StartsWith(port.Name + ",", StringComparison.Ordinal)));

    private static int Count(string log, string line) => File.ReadAllText(log).Split(line).Length - 1;
}
