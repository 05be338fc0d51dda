using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Steth.Cli.Rendering.Checks;
using Steth.Controller.Checks.Addresses;
using Steth.Packets.Addresses;

namespace Steth.Cli.Commands.Checks;

/// <summary><c>check addresses</c>.</summary>
public static class AddressesCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var vlans = new Option<string?>("--vlans")
        {
            Description = "Look for DHCP servers in these VLANs; else in those the nodes use and vlans of [checks]; always untagged too",
            HelpName = "A-B,C",
        };
        var servers = Addresses("--dhcp-server", "A DHCP server, or relay, that is meant to be there; can be repeated");
        var gateways = Addresses("--gateway", "A gateway that must answer; can be repeated; without it those of the nodes' routes");
        var wait = Options.Seconds("--dhcp-wait", "How long to wait for DHCP offers (0.1-60)", 4);
        var command = new Command("addresses", "Find duplicate addresses, DHCP servers that do not belong there, and silent gateways")
        {
            vlans, servers, gateways, wait,
        };
        var options = new CheckOptions(command, probes: true);
        host.Handle(command, async (run, cancellationToken) =>
        {
            var problems = new List<string>();
            var wanted = Vlans(run.Get(vlans), problems);
            var (named, doors) = (Read(run, servers, problems), Read(run, gateways, problems));
            var seconds = run.Get(wait);
            if (seconds is < 0.1 or > 60)
                problems.Add("--dhcp-wait: expected 0.1 to 60 seconds.");
            var check = options.Read(run, problems);
            var request = Request(check) with
            {
                Vlans = wanted?.Ids,
                DhcpServers = named,
                Gateways = doors,
                DhcpWait = TimeSpan.FromSeconds(seconds),
            };
            return check.Write(await RunAsync(check, request, cancellationToken));
        });
        return command;
    }

    /// <summary>What is asked where the command line says nothing else.</summary>
    internal static AddressesRequest Request(CheckRun asked) => new()
    {
        Networks = asked.Networks,
        OnlyNetworks = asked.Nodes.SelectMany(n => n.Networks).Select(n => n.Type).Except(asked.Networks).Any(),
        ExpectedVlans = asked.Settings.Vlans?.Ids ?? [],
        Pps = asked.Pps,
    };

    /// <summary>Checks.</summary>
    internal static async Task<CheckView> RunAsync(CheckRun asked, AddressesRequest request, CancellationToken cancellationToken) =>
        AddressesView.Of(await new AddressesCheck(asked.Run.Calls).RunAsync(asked.Nodes, request, asked.Show, cancellationToken));

    private static Option<string[]> Addresses(string name, string description) => new(name) { Description = description, HelpName = "IP" };

    private static VlanSet? Vlans(string? text, List<string> problems)
    {
        if (text is null || VlanSet.TryParse(text, null, out var set))
            return text is null ? null : VlanSet.Parse(text);
        problems.Add($"--vlans: '{text}' is no list of VLANs; expected ids and ranges of 1-4094, as in 100-105,200.");
        return null;
    }

    private static IReadOnlyList<IPAddress> Read(CommandRun run, Option<string[]> option, List<string> problems)
    {
        var addresses = new List<IPAddress>();
        foreach (var word in run.Get(option) ?? [])
        {
            if (StrictIPAddress.TryParse(word, out var address))
                addresses.Add(address);
            else
                problems.Add($"{option.Name}: '{word}' is not an IP address; expected one as in 192.0.2.1.");
        }
        problems.AddRange(addresses.Where(a => option.Name == "--dhcp-server" && a.AddressFamily != AddressFamily.InterNetwork)
            .Select(a => $"--dhcp-server: {a} is no IPv4 address; DHCP for IPv6 is not looked for."));
        return [.. addresses.Distinct()];
    }
}
