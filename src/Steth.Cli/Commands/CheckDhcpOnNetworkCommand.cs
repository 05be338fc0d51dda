using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Steth.Controller.Collection;
using Steth.Packets.Addresses;

namespace Steth.Cli.Commands;

/// <summary><c>check-dhcp-on-network PORT_ID PHYSICAL_INTERFACE NETWORK_TYPE</c>.</summary>
public static class CheckDhcpOnNetworkCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var path = new PathCheckCommand(
            "check-dhcp-on-network", "Follow an ARP request from the DHCP servers to a port, and its answer, from device to device");
        var ip = new Option<IPAddress?>("--ip")
        {
            Description = "The port's IPv4 address, where its host does not tell",
            HelpName = "ADDRESS",
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                if (StrictIPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork)
                    return address;
                result.AddError($"--ip: '{text}' is not an IPv4 address; expected one as in 192.0.2.1.");
                return null;
            },
        };
        path.Command.Add(ip);
        host.Handle(path.Command, async (run, cancellationToken) =>
        {
            var nodes = run.AllNodes();
            var target = await path.FindAsync(run, nodes, cancellationToken);
            if (target.Lost is not null)
                return path.WriteLost(run, target);
            run.Progress.Report($"following an ARP request for port {target.Request.Port}");
            var address = run.Get(ip) ?? target.Address;
            var result = await new DhcpOnNetworkCheck(run.Calls).RunAsync(nodes, target.Request, address, cancellationToken);
            return path.Write(run, result, target.Notes, nodes.Count);
        });
        return path.Command;
    }
}
