using System.Net;
using Steth.Diagnosis.Readiness.Addresses;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Tests.Readiness.Addresses;

/// <summary>Three nodes a, b and c with 10.0.0.1 to 3 on eth0, all healthy; tests change what they are about.</summary>
internal static class AddressesCase
{
    public static readonly MacAddress Stranger = MacAddress.Parse("52:54:00:66:66:66");

    public static MacAddress MacOf(string node, int nic = 0) => MacAddress.Parse($"02:00:00:00:0{nic}:0{"abc".IndexOf(node, StringComparison.Ordinal) + 1}");

    public static IPAddress AddressOf(string node) => Ip($"10.0.0.{"abc".IndexOf(node, StringComparison.Ordinal) + 1}");

    public static IPAddress Ip(string text) => IPAddress.Parse(text);

    public static AddressesEvidence Healthy { get; } = new()
    {
        Addresses = [.. new[] { "a", "b", "c" }.Select(n => new ConfiguredAddress("mgmt", n, AddressOf(n), true))],
        Gateways = [],
        Macs = [.. new[] { "a", "b", "c" }.SelectMany(n => new[] { Owner(n, 0), Owner(n, 1) })],
        // Node a asks; it does not hear itself.
        NeighbourScans = [Scan("a", ("10.0.0.1", []), ("10.0.0.2", [MacOf("b")]), ("10.0.0.3", [MacOf("c")]))],
        DhcpScans = [Dhcp("a", 1, Vlan(null, heard: 2)), Dhcp("b", 2, Vlan(null, heard: 1))],
        DhcpServers = [],
        Unreachable = [],
        Unread = [],
        TookMs = 5,
    };

    public static MacOwner Owner(string node, int nic) => new(MacOf(node, nic), node, $"eth{nic}", MacOwnerKind.Node);

    public static NeighbourScanEvidence Scan(string node, params (string Address, MacAddress[] Macs)[] targets) => new()
    {
        Node = node,
        Device = "eth0",
        Sent = 2 * targets.Length,
        Left = 2 * targets.Length,
        Targets = [.. targets.Select(t => new ScannedAddress(Ip(t.Address), t.Macs))],
    };

    public static DhcpScanEvidence Dhcp(string node, uint scanner, params DhcpVlanEvidence[] vlans) =>
        new() { Node = node, Nic = "eth0", Segment = "mgmt", FirstXid = scanner << 12, Vlans = vlans };

    public static DhcpVlanEvidence Vlan(int? vlan, uint? heard = null, params DhcpOffer[] offers) =>
        new(vlan is { } id ? new VlanId(id) : null, 2, heard is { } other ? [other << 12] : [], offers);

    public static DhcpOffer Offer(string server, MacAddress mac) => new(Ip(server), mac, Ip("10.0.0.77"), null);

    public static AddressesReport Judge(this AddressesEvidence evidence) => AddressesJudge.Judge(evidence);

    public static string[] Told(this AddressesReport report) => [.. report.Findings.Select(f => $"{f.State} {f.Id}: {f.Summary}")];

    public static string[] Rows(this AddressesReport report) => [.. report.Results.Select(r => $"{r.Name} {r.State}")];

    public static AddressesEvidence Silent(this AddressesEvidence evidence, string node) => evidence with
    {
        Addresses = [.. evidence.Addresses.Select(a => a.Node == node ? a with { Present = null } : a)],
        Macs = [.. evidence.Macs.Where(m => m.Node != node)],
        Unreachable = [new UnreachableHost(node, "gone")],
    };
}
