using System.Globalization;
using Steth.Cli.Commands;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Readiness.Nics;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>What a reader sees of <c>check nics</c>. What a driver does not have is <c>n/a</c>; a dash is what was not measured.</summary>
public static class NicsView
{
    private static readonly Column<NicResult>[] _links =
    [
        new("node", "Node", nic => Cell.Text(nic.Node)),
        new("nic", "NIC", nic => Cell.Text(nic.Nic)),
        new("networks", "Networks", nic => Cell.List(nic.Networks)),
        new("bond", "Bond", nic => Cell.Text(nic.Bond)),
        new("state", "State", nic => Tones.State(nic.State)),
        new("link", "Link", nic => Tones.UpOrDown(nic.AdminUp is null ? null : nic is { AdminUp: true, Carrier: true })),
        new("speed_mbps", "Speed", nic => Linked(nic, Cell.Whole(nic.SpeedMbps).ShownAs(Units.BitRate(nic.SpeedMbps * 1e6)))),
        new("duplex", "Duplex", nic => Linked(nic, Cell.Text(nic.Duplex))),
        new("errors", "Errors +", nic => Cell.Whole(Worst(nic, Errors))),
        new("drops", "Drops +", nic => Cell.Whole(Worst(nic, Drops))),
        new("switch", "Switch port", nic => Cell.Text(nic.Lldp.Count == 0 ? null : string.Join(", ", nic.Lldp.Select(Port)))),
        new("reason", "Reason", nic => Cell.Text(nic.Reason)),
    ];

    private static readonly Column<NicResult>[] _settings =
    [
        new("node", "Node", nic => Cell.Text(nic.Node)),
        new("nic", "NIC", nic => Cell.Text(nic.Nic)),
        new("driver", "Driver", nic => Has(nic, "driver", Cell.Text(nic.Driver))),
        new("driver_version", "Version", nic => Has(nic, "driver", Cell.Text(nic.DriverVersion))),
        new("firmware", "Firmware", nic => Has(nic, "driver", Cell.Text(nic.Firmware))),
        new("bus", "Bus", nic => Has(nic, "driver", Cell.Text(nic.Bus))),
        new("mtu", "MTU", nic => Cell.Whole(nic.Mtu)),
        new("autoneg", "Autoneg", nic => Has(nic, "link", Cell.Flag(nic.Autoneg))),
        new("rx_ring", "RX ring", nic => Has(nic, "ring", Of(nic.Ring?.Rx, nic.Ring?.RxMax))),
        new("tx_ring", "TX ring", nic => Has(nic, "ring", Of(nic.Ring?.Tx, nic.Ring?.TxMax))),
        new("queues", "Queues", nic => Has(nic, "channels", Cell.Text(Queues(nic.Channels)))),
        new("pause", "Pause", nic => Has(nic, "pause", Cell.Text(Pause(nic.Pause)))),
        new("offloads", "Offloads on", nic => Has(nic, "offloads", Cell.Whole(nic.Offloads?.Count(o => o.Value)))),
    ];

    private static readonly Column<Member>[] _bonds =
    [
        new("node", "Node", member => Cell.Text(member.Bond.Node)),
        new("bond", "Bond", member => Cell.Text(member.Bond.Nic)),
        new("mode", "Mode", member => Cell.Text(member.Bond.Bonding!.Mode)),
        new("lacp_rate", "LACP rate", member => Cell.Text(member.Bond.Bonding!.LacpRate)),
        new("xmit_hash", "Hash", member => Cell.Text(member.Bond.Bonding!.XmitHash)),
        new("member", "Member", member => Cell.Text(member.Of.Name)),
        new("mii", "MII", member => Tones.UpOrDown(member.Of.MiiUp)),
        new("aggregator", "Aggregator", member => Cell.Whole(member.Of.Aggregator)),
        new("partner", "Partner", member => Cell.Text(member.Of.Partner?.ToString())),
        new("partner_key", "Key", member => Cell.Whole(member.Of.PartnerKey)),
        new("link_failures", "Link failures", member => Cell.Whole(member.Of.LinkFailures)),
    ];

    private static readonly Column<Neighbour>[] _neighbours =
    [
        new("node", "Node", end => Cell.Text(end.Nic.Node)),
        new("nic", "NIC", end => Cell.Text(end.Nic.Nic)),
        new("system", "Switch", end => Cell.Text(end.Of.SystemName)),
        new("chassis", "Chassis", end => Cell.Text(end.Of.ChassisId)),
        new("port", "Port", end => Cell.Text(end.Of.PortId)),
        new("description", "Description", end => Cell.Text(end.Of.PortDescription)),
        new("vlan", "VLAN", end => Cell.Whole(end.Of.VlanId)),
        new("source", "Told by", end => Cell.Text(end.Of.Source)),
    ];

    /// <summary>The view of a report.</summary>
    public static CheckView Of(NicsReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        List<NicResult> nics = [.. report.Results.Where(r => r.Nic is not null)];
        List<Member> members = [.. nics.SelectMany(n => (n.Bonding?.Members ?? []).Select(m => new Member(n, m)))];
        List<Neighbour> neighbours = [.. nics.SelectMany(n => n.Lldp.Select(l => new Neighbour(n, l)))];
        return new CheckView(
            report, Headline(report, nics),
            [
                new CheckTable("Links", Sheet.Of(_links, report.Results, isSingle: false)),
                new CheckTable("Drivers and settings", Sheet.Of(_settings, nics, isSingle: false)),
                new CheckTable("Members of bonds", Sheet.Of(_bonds, members, isSingle: false)),
                new CheckTable("Switch ports by LLDP", Sheet.Of(_neighbours, neighbours, isSingle: false)),
            ],
            []);
    }

    private static string Headline(NicsReport report, List<NicResult> nics)
    {
        var bonds = nics.Count(n => n.Role == NicRole.Bond);
        var heard = nics.Count(n => n.Lldp.Count > 0);
        var looked = report.Results.Max(r => r.LookedMs);
        var watched = looked is { } ms
            ? string.Create(CultureInfo.InvariantCulture, $"counters watched for {ms / 1000.0:0.0} s") : "counters not watched";
        return $"{Units.Count(nics.Count - bonds, "NIC", "NICs")} and {Units.Count(bonds, "bond", "bonds")} of "
            + $"{Units.Count(report.Results.Select(r => r.Node).Distinct().Count(), "node", "nodes")}: "
            + string.Create(
                CultureInfo.InvariantCulture,
                $"{nics.Count(n => n.State == CheckState.Pass)} good, {nics.Count(n => n.State == CheckState.Fail)} broken; ")
            + $"{watched}; {Units.Count(heard, "switch port", "switch ports")} known by LLDP";
    }

    // What is null though nothing was in the way is what the driver does not have.
    private static Cell Has(NicResult nic, string part, Cell value) =>
        value.Kind == CellKind.Absent && nic.AdminUp is not null && nic.Unmeasured.All(u => u.What != part)
            ? Cell.Text("n/a") : value;

    // Without a carrier there is no speed to speak of.
    private static Cell Linked(NicResult nic, Cell value) => nic.Carrier == true ? Has(nic, "link", value) : value;

    private static long? Worst(NicResult nic, Func<NicCounters, long?[]> counters) =>
        nic.Grown is { } grown ? counters(grown).Max() : null;

    private static long?[] Errors(NicCounters of) =>
        [of.RxErrors, of.RxCrc, of.RxFifo, of.TxErrors, of.TxCarrier, of.TxFifo, of.CarrierChanges];

    private static long?[] Drops(NicCounters of) => [of.RxDropped, of.RxMissed, of.TxDropped];

    private static Cell Of(long? now, long? most) =>
        Cell.Whole(now).ShownAs(now is null ? null : string.Create(CultureInfo.InvariantCulture, $"{now} of {most}"));

    private static string? Queues(NicChannels? of) => of is null ? null
        : of.Combined > 0 ? string.Create(CultureInfo.InvariantCulture, $"{of.Combined}")
        : string.Create(CultureInfo.InvariantCulture, $"{of.Rx} rx, {of.Tx} tx");

    private static string? Pause(NicPause? of) => of switch
    {
        null => null,
        { Rx: true, Tx: true } => "rx, tx",
        { Rx: true } => "rx",
        { Tx: true } => "tx",
        _ => "off",
    };

    private static string Port(LldpNeighbour neighbour) => $"{neighbour.SystemName ?? neighbour.ChassisId} {neighbour.PortId}";

    private sealed record Member(NicResult Bond, BondMember Of);

    private sealed record Neighbour(NicResult Nic, LldpNeighbour Of);
}
