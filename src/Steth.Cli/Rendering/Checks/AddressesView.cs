using System.Globalization;
using Steth.Cli.Commands;
using Steth.Diagnosis.Readiness.Addresses;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>What a reader sees of <c>check addresses</c>.</summary>
public static class AddressesView
{
    private static readonly Column<AddressResult>[] _columns =
    [
        new("kind", "Kind", result => Cell.Text(Kind(result.Kind))),
        new("network", "Network", result => Cell.Text(result.Network)),
        new("node", "Node", result => Cell.Text(result.Node)),
        new("address", "Address", result => Cell.Text(result.Address?.ToString())),
        new("vlan", "VLAN", result => Cell.Whole(result.Vlan?.Value)),
        new("state", "State", result => Tones.State(result.State)),
        new("macs", "MACs", result => Cell.List(result.Macs.Select(m => m.ToString()))),
        new("servers", "DHCP servers", result => Cell.List(result.Servers.Select(Server))),
        new("reason", "Reason", result => Cell.Text(result.Reason)),
    ];

    /// <summary>The view of a report.</summary>
    public static CheckView Of(AddressesReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var gateways = Count(report, AddressResultKind.Gateway);
        var headline = string.Create(
            CultureInfo.InvariantCulture,
            $"{Count(report, AddressResultKind.Address)} addresses, {(gateways == "0 of 0" ? "no gateways" : $"{gateways} gateways")}, "
            + $"{Count(report, AddressResultKind.Dhcp)} segments and VLANs searched for DHCP servers are as they should be");
        return new CheckView(
            report, headline,
            [new CheckTable("Addresses, gateways, and DHCP servers", Sheet.Of(_columns, report.Results, isSingle: false))], []);
    }

    private static string Count(AddressesReport report, AddressResultKind kind)
    {
        var of = report.Results.Where(r => r.Kind == kind).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{of.Count(r => r.State == CheckState.Pass)} of {of.Count}");
    }

    private static string Kind(AddressResultKind kind) => kind switch
    {
        AddressResultKind.Address => "address",
        AddressResultKind.Gateway => "gateway",
        _ => "dhcp",
    };

    private static string Server(DhcpServerResult server) => $"{server.Server?.ToString() ?? "?"} at {server.Mac}";
}
