using Steth.Contracts.Operations;
using Steth.Diagnosis.Readiness.Nics;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Tests.Readiness.Nics;

/// <summary>Nodes whose NICs are in order, and ways to change one of them.</summary>
internal static class Rack
{
    public static readonly MacAddress Leaf = MacAddress.Parse("00:11:22:33:44:55");
    public static readonly MacAddress Nobody = MacAddress.Parse("00:00:00:00:00:00");

    public static NicCounters Counters { get; } = new()
    {
        RxPackets = 1000,
        TxPackets = 1000,
        RxErrors = 7,
        RxDropped = 40,
        RxCrc = 3,
        RxFifo = 0,
        RxMissed = 0,
        TxErrors = 0,
        TxDropped = 0,
        TxCarrier = 0,
        TxFifo = 0,
        CarrierChanges = 2,
    };

    public static NicFacts Nic(string name = "eth1") => new()
    {
        Name = name,
        Exists = true,
        AdminUp = true,
        Carrier = true,
        SpeedMbps = 10_000,
        Duplex = "full",
        Autoneg = true,
        Mtu = 9000,
        Mac = MacAddress.Parse("52:54:00:00:00:01"),
        Driver = "ixgbe",
        DriverVersion = "6.1.0",
        Firmware = "0x8000095c",
        Bus = "0000:3b:00.0",
        Before = Counters,
        After = Counters with { RxPackets = 3000, TxPackets = 3000 },
        Ring = new NicRing { Rx = 4096, RxMax = 4096, Tx = 4096, TxMax = 4096 },
        Offloads = new Dictionary<string, bool> { ["rx-gro"] = true, ["tx-tcp-segmentation"] = true },
        LldpAsked = true,
        Lldp = [Port("leaf-1a", "Ethernet1/12")],
    };

    public static LldpNeighbour Port(string name, string port) =>
        new() { ChassisId = $"id of {name}", PortId = port, SystemName = name, Source = "lldpd" };

    /// <summary>A node whose network net is on eth1.</summary>
    public static NicsNode Node(string name, Func<NicFacts, NicFacts>? change = null) => new()
    {
        Node = name,
        Nics = [new NicPlace { Nic = "eth1", Role = NicRole.Single, Networks = ["net"], Facts = (change ?? (n => n))(Nic()) }],
        LookedMs = 2000,
    };

    /// <summary>A node whose network net is on bond0 of a0 and a1.</summary>
    public static NicsNode Bonded(string name, Func<NicFacts, NicFacts>? bond = null, Func<NicFacts, NicFacts>? second = null) => new()
    {
        Node = name,
        Nics =
        [
            new NicPlace { Nic = "bond0", Role = NicRole.Bond, Networks = ["net"], Facts = (bond ?? (n => n))(Bond()) },
            new NicPlace { Nic = "a0", Role = NicRole.Member, Networks = ["net"], Bond = "bond0", Facts = Nic("a0") },
            new NicPlace
            {
                Nic = "a1",
                Role = NicRole.Member,
                Networks = ["net"],
                Bond = "bond0",
                Facts = (second ?? (n => n))(Nic("a1") with { Lldp = [Port("leaf-1b", "Ethernet1/12")] }),
            },
        ],
        LookedMs = 2000,
    };

    public static NicFacts Bond() => Nic("bond0") with
    {
        Kind = "bond",
        SpeedMbps = 20_000,
        Driver = "bonding",
        Ring = null,
        Lldp = [],
        Bond = new BondFacts
        {
            Mode = "802.3ad",
            MiiUp = true,
            LacpRate = "fast",
            XmitHash = "layer3+4",
            Aggregator = 1,
            Partner = Leaf,
            Members = [Member("a0"), Member("a1")],
        },
    };

    public static BondMember Member(string name) => new()
    {
        Name = name,
        MiiUp = true,
        LinkFailures = 0,
        Aggregator = 1,
        Partner = Leaf,
        PartnerKey = 15,
        ActorState = 63,
        PartnerState = 63,
    };

    /// <summary>The same bond with a change to one member.</summary>
    public static NicFacts WithMember(NicFacts bond, Func<BondMember, BondMember> change, string name = "a1") => bond with
    {
        Bond = bond.Bond! with { Members = [.. bond.Bond!.Members.Select(m => m.Name == name ? change(m) : m)] },
    };

    public static NicsReport Judge(params NicsNode[] nodes) => Judge(new NicThresholds(), nodes);

    public static NicsReport Judge(NicThresholds thresholds, params NicsNode[] nodes) => NicsJudge.Judge(new NicsEvidence
    {
        Thresholds = thresholds,
        Nodes = nodes,
        Unreachable = [.. nodes.Where(n => n.Problem == "silent").Select(n => new UnreachableHost(n.Node, "silent"))],
        TookMs = 7,
    });

    public static string[] Told(NicsReport report) => [.. report.Findings.Select(f => $"{f.State} {f.Id}: {f.Summary}")];
}
