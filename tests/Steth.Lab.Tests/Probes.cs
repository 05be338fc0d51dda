using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests;

/// <summary>Questions put to a running lab.</summary>
internal static class Probes
{
    private static readonly TimeSpan LeaseDeadline = TimeSpan.FromSeconds(8);

    /// <summary>The router's namespace on net1.</summary>
    public static async Task<string> RouterAsync(LabFixture lab) =>
        (await lab.ExecAsync("net1", "ip", "netns")).Split('\n').First(line => line.StartsWith("qrouter-", StringComparison.Ordinal)).Split(' ')[0];

    /// <summary>The namespace on net1 of the DHCP server with an address.</summary>
    public static async Task<string> DhcpAsync(LabFixture lab, string address)
    {
        foreach (var line in (await lab.ExecAsync("net1", "ip", "netns")).Split('\n')
            .Where(line => line.StartsWith("qdhcp-", StringComparison.Ordinal)))
        {
            var netns = line.Split(' ')[0];
            if ((await lab.ExecAsync("net1", "ip", "-n", netns, "-br", "addr")).Contains($" {address}/", StringComparison.Ordinal))
                return netns;
        }
        throw new InvalidOperationException($"No DHCP server of lab {lab.Name} has {address}.");
    }

    /// <summary>The status of the metadata agent's answer to a request as a proxy sends it for a VM.</summary>
    public static async Task<int> AskMetadataAgentAsync(LabFixture lab, string header, string address)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(lab.PathIn("net1", "/var/lib/neutron/metadata_proxy")));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /latest/meta-data/instance-id HTTP/1.1\r\nHost: 169.254.169.254\r\n{header}\r\nX-Forwarded-For: {address}\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return int.Parse((await reader.ReadToEndAsync()).Split(' ')[1], CultureInfo.InvariantCulture);
    }

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
        var line = $"{port.Name} leased {port.Ip} from {port.Ip[..(port.Ip.LastIndexOf('.') + 1)]}2\n";
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
        File.ReadAllText($"/proc/{process}/cmdline").Split('\0') is [_, "guest", "--name", _, .. var guests]
            && guests.Any(guest => guest.StartsWith(port.Name + ",", StringComparison.Ordinal)));

    private static int Count(string log, string line) => File.ReadAllText(log).Split(line).Length - 1;
}
