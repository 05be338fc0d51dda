using System.Net;
using System.Net.Sockets;
using Steth.Cli.Rendering;
using Steth.Contracts.Operations;

namespace Steth.Cli.Commands;

/// <summary>Columns of an interface. The first six are the original's.</summary>
public static class InterfaceColumns
{
    private static readonly Column<InterfaceFacts> Name = new("name", "Name", face => Cell.Text(face.Name));
    private static readonly Column<InterfaceFacts> State = new(
        "state", "State", face => Cell.Text(face.AdminUp ? "UP" : "DOWN").Toned(face.AdminUp ? CellTone.Good : CellTone.Bad));
    private static readonly Column<InterfaceFacts> Ether = new("ether", "MAC address", face => Cell.Text(face.Mac?.ToString()));
    private static readonly Column<InterfaceFacts> Kind = new("kind", "Kind", face => Cell.Text(face.Kind));
    private static readonly Column<InterfaceFacts> Carrier = new("carrier", "Carrier", face => Cell.Flag(face.Carrier));
    private static readonly Column<InterfaceFacts> Mtu = new("mtu", "MTU", face => Cell.Whole(face.Mtu));
    private static readonly Column<InterfaceFacts> Addresses = new(
        "addresses", "Addresses", face => Cell.List(face.Addresses.Select(a => a.Address.ToString())));
    private static readonly Column<InterfaceFacts> Master = new("master", "Master", face => Cell.Text(face.Master));
    private static readonly Column<InterfaceFacts> OvsBridge = new("ovs_bridge", "OVS bridge", face => Cell.Text(face.OvsBridge));
    private static readonly Column<InterfaceFacts> Speed =
        new("speed_mbps", "Speed", face => Cell.Whole(face.SpeedMbps).ShownAs(Units.BitRate(face.SpeedMbps * 1e6)));

    /// <summary>Of <c>interfaces</c>: a line each.</summary>
    public static IReadOnlyList<Column<InterfaceFacts>> Short { get; } =
        [Name, State, Carrier, Kind, Ether, Mtu, Speed, Master, OvsBridge, Addresses];

    /// <summary>Of <c>get-interface</c>: all that is known.</summary>
    public static IReadOnlyList<Column<InterfaceFacts>> Full { get; } =
    [
        Name,
        State,
        new("inet", "IPv4 address", face => Cell.Text(FirstV4(face)?.Address.Address.ToString())),
        new("netmask", "Netmask", face => Cell.Text(FirstV4(face) is { } first ? Netmask(first.Address.PrefixLength) : null)),
        new("broadcast", "Broadcast", face => Cell.Text(FirstV4(face)?.Broadcast?.ToString())),
        Ether,
        Addresses,
        Carrier,
        new("oper_state", "Operational state", face => Cell.Text(face.OperState)),
        Kind,
        Mtu,
        Speed,
        new("duplex", "Duplex", face => Cell.Text(face.Duplex)),
        Master,
        OvsBridge,
        new("link", "Link", face => Cell.Text(face.Link)),
        new("vlan_id", "VLAN id", face => Cell.Whole(face.VlanId)),
        new("bond_mode", "Bond mode", face => Cell.Text(face.BondMode)),
        new("index", "Index", face => Cell.Whole(face.Index)),
        new("rx_bytes", "RX bytes", face => Cell.Whole(face.Counters?.RxBytes)),
        new("rx_packets", "RX packets", face => Cell.Whole(face.Counters?.RxPackets)),
        new("rx_errors", "RX errors", face => Cell.Whole(face.Counters?.RxErrors)),
        new("rx_dropped", "RX dropped", face => Cell.Whole(face.Counters?.RxDropped)),
        new("tx_bytes", "TX bytes", face => Cell.Whole(face.Counters?.TxBytes)),
        new("tx_packets", "TX packets", face => Cell.Whole(face.Counters?.TxPackets)),
        new("tx_errors", "TX errors", face => Cell.Whole(face.Counters?.TxErrors)),
        new("tx_dropped", "TX dropped", face => Cell.Whole(face.Counters?.TxDropped)),
    ];

    private static InterfaceAddressFacts? FirstV4(InterfaceFacts face) =>
        face.Addresses.FirstOrDefault(address => address.Address.Address.AddressFamily == AddressFamily.InterNetwork);

    private static string Netmask(int prefix)
    {
        var mask = prefix == 0 ? 0 : uint.MaxValue << (32 - prefix);
        return new IPAddress([(byte)(mask >> 24), (byte)(mask >> 16), (byte)(mask >> 8), (byte)mask]).ToString();
    }
}
