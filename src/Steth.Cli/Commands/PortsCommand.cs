using System.CommandLine;
using Steth.Cli.Rendering;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary><c>ports</c>.</summary>
public static class PortsCommand
{
    private const int DeadVlan = 4095;

    private static readonly Column<PortFacts>[] Columns =
    [
        new("id", "ID", port => Cell.Text(port.PortId.ToString())),
        new("host", "Host", port => Cell.Text(port.Host)),
        new("device", "Device", port => Cell.Text(port.Device)),
        new("mac", "MAC address", port => Cell.Text(port.Mac?.ToString())),
        new("role", "Role", port => Cell.Text(Role(port.Role))),
        new("plug", "Plug", port => Cell.Text(Plug(port.Plug))),
        new("bridge", "Bridge", port => Cell.Text(port.Bridge)),
        new("tag", "Tag", port => Cell.Whole(port.Tag).ShownAs(port.Tag == DeadVlan ? "4095 "
            + "(dead)" : null).Toned(port.Tag == DeadVlan ? CellTone.Bad : CellTone.Plain)),
        new("network_type", "Network type", port => Cell.Text(port.NetworkType)),
        new("physical_network", "Physical network", port => Cell.Text(port.PhysicalNetwork)),
        new("segmentation_id", "Segment", port => Cell.Whole(port.SegmentationId)),
        new("network_id", "Network", port => Cell.Text(port.NetworkId?.ToString())),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var all = new Option<bool>("--all") { Description = "Ports of DHCP servers and routers as well" };
        var command = new Command("ports", "List the ports of VMs that the nodes' Open vSwitch knows") { all };
        var data = DataOptions.ForList(command, Columns.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            var nodes = run.AllNodes();
            run.Progress.Report($"asking {nodes.Count} agents");
            var survey = await new PortSurvey(run.Calls).RunAsync(nodes, cancellationToken);
            run.WriteList(data, Columns, survey.Ports.Where(port => run.Get(all) || port.Role == PortRole.Guest));
            return Silence.CodeOr(run, survey.Unreachable, nodes.Count, ExitCode.Fine);
        });
        return command;
    }

    private static string Role(PortRole role) => role switch
    {
        PortRole.Guest => "guest",
        PortRole.Dhcp => "dhcp",
        PortRole.Router => "router",
        _ => "other",
    };

    private static string Plug(PortPlug plug) => plug switch
    {
        PortPlug.Hybrid => "hybrid",
        PortPlug.Native => "native",
        _ => "internal",
    };
}
