using System.CommandLine;

namespace Steth.Cli.Commands.Checks;

/// <summary><c>check …</c>: is this fabric ready? Checks across all nodes.</summary>
public static class CheckGroup
{
    /// <summary>Makes the group.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return new Command("check", "Check the fabric across all nodes, before a cloud is deployed on them and during operation")
        {
            PlanCommand.Create(host),
            MeshCommand.Create(host),
            MtuCommand.Create(host),
            BandwidthCommand.Create(host),
            AddressesCommand.Create(host),
            ClockCommand.Create(host),
            DnsCommand.Create(host),
            VlanCommand.Create(host),
            NicsCommand.Create(host),
            AllCommand.Create(host),
        };
    }
}
