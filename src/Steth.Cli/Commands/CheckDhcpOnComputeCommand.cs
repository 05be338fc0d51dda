using System.CommandLine;
using Steth.Controller.Collection;

namespace Steth.Cli.Commands;

/// <summary><c>check-dhcp-on-comp PORT_ID PHYSICAL_INTERFACE NETWORK_TYPE</c>.</summary>
public static class CheckDhcpOnComputeCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var path = new PathCheckCommand("check-dhcp-on-comp", "Follow a port's DHCPDISCOVER and its answer from device to device");
        host.Handle(path.Command, async (run, cancellationToken) =>
        {
            var nodes = run.AllNodes();
            var target = await path.FindAsync(run, nodes, cancellationToken);
            if (target.Lost is not null)
                return path.WriteLost(run, target);
            run.Progress.Report($"following a DHCPDISCOVER of port {target.Request.Port}");
            var result = await new DhcpOnComputeCheck(run.Calls).RunAsync(nodes, target.Request, cancellationToken);
            return path.Write(run, result, target.Notes, nodes.Count);
        });
        return path.Command;
    }
}
