using System.Text.Json;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Readiness.Nics;
using Steth.Diagnosis.Verdicts;
using static Steth.Diagnosis.Tests.Readiness.Nics.Rack;

namespace Steth.Diagnosis.Tests.Readiness.Nics;

public class NicsJudgeTests
{
    private static NicsReport OneOfThree(Func<NicFacts, NicFacts> change) => Judge(Node("a"), Node("b", change), Node("c"));

    private static NicFacts Grown(NicFacts nic, Func<NicCounters, NicCounters> by) => nic with { After = by(nic.After!) };

    [Fact]
    public void Judge_AllAlike_Pass()
    {
        var report = Judge(Node("a"), Node("b"), Node("c"));
        report.Status.ShouldBe(CheckState.Pass);
        report.Findings.ShouldBeEmpty();
        report.Notes.ShouldBeEmpty();
        report.Results.Select(r => (r.Node, r.Nic, r.State, r.Reason)).ShouldBe(
            [("a", "eth1", CheckState.Pass, null), ("b", "eth1", CheckState.Pass, null), ("c", "eth1", CheckState.Pass, null)]);
        report.Results[0].Grown.ShouldBe(new NicCounters
        {
            RxPackets = 2000,
            TxPackets = 2000,
            RxErrors = 0,
            RxDropped = 0,
            RxCrc = 0,
            RxFifo = 0,
            RxMissed = 0,
            TxErrors = 0,
            TxDropped = 0,
            TxCarrier = 0,
            TxFifo = 0,
            CarrierChanges = 0,
        });
        report.Cases.Select(c => (c.Group, c.Name)).ShouldBe([("net", "eth1 of a"), ("net", "eth1 of b"), ("net", "eth1 of c")]);
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "down", "Fail nic-down: eth1 of b is down" },
        { "no carrier", "Fail nic-no-carrier: eth1 of b has no carrier" },
        { "half", "Fail nic-half-duplex: eth1 of b runs half duplex" },
        { "slow", "Fail nic-speed-low: eth1 of b runs at 1 Gbit/s only; most of net run at 10 Gbit/s" },
        { "crc", "Fail nic-errors-grow: errors of eth1 of b grow while we look" },
        { "flap", "Fail nic-errors-grow: errors of eth1 of b grow while we look" },
        { "drops", "Fail nic-drops-grow: packets dropped by eth1 of b grow while we look" },
        { "missed", "Fail nic-drops-grow: packets dropped by eth1 of b grow while we look" },
        { "mtu", "Fail nic-settings-differ: eth1 of b differs from most of net: MTU is 1500, on most 9000" },
        { "firmware", "Fail nic-settings-differ: eth1 of b differs from most of net: firmware is 1.0, on most 0x8000095c" },
        { "offload", "Fail nic-settings-differ: eth1 of b differs from most of net: offload rx-gro is off, on most on" },
        { "ring", "Fail nic-settings-differ: eth1 of b differs from most of net in rx ring and tx ring" },
        { "driver", "Fail nic-settings-differ: eth1 of b differs from most of net: driver is igb, on most ixgbe" },
    };

    private static NicFacts Broken(NicFacts nic, string how) => how switch
    {
        "down" => nic with { AdminUp = false, Carrier = false, SpeedMbps = null, Duplex = null },
        "no carrier" => nic with { Carrier = false, SpeedMbps = null, Duplex = null },
        "half" => nic with { Duplex = "half" },
        "slow" => nic with { SpeedMbps = 1000 },
        "crc" => Grown(nic, c => c with { RxErrors = c.RxErrors + 1, RxCrc = c.RxCrc + 1 }),
        "flap" => Grown(nic, c => c with { CarrierChanges = c.CarrierChanges + 2 }),
        "drops" => Grown(nic, c => c with { RxDropped = c.RxDropped + 100 }),
        "missed" => Grown(nic, c => c with { RxMissed = c.RxMissed + 100 }),
        "mtu" => nic with { Mtu = 1500 },
        "firmware" => nic with { Firmware = "1.0" },
        "offload" => nic with { Offloads = new Dictionary<string, bool> { ["rx-gro"] = false, ["tx-tcp-segmentation"] = true } },
        "ring" => nic with { Ring = new NicRing { Rx = 512, RxMax = 4096, Tx = 512, TxMax = 4096 } },
        "driver" => nic with { Driver = "igb", DriverVersion = "other", Firmware = "other" },
        _ => throw new ArgumentOutOfRangeException(nameof(how), how, null),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Judge_OneFault_IsExactlyItsFinding(string how, string finding)
    {
        var report = OneOfThree(nic => Broken(nic, how));
        Told(report).ShouldBe([finding]);
        report.Findings[0].Nodes.ShouldBe(["b"]);
        report.Findings[0].Network.ShouldBe("net");
        report.Findings[0].Evidence.ShouldNotBeEmpty();
        report.Results.Select(r => r.State).ShouldBe([CheckState.Pass, CheckState.Fail, CheckState.Pass]);
        report.Results[1].Reason.ShouldNotBeNull();
    }

    [Fact]
    public void Judge_Crc_IsTheEvidence() =>
        OneOfThree(nic => Broken(nic, "crc")).Findings[0].Evidence.ShouldBe(
            ["b eth1: rx_errors +1, rx_crc_errors +1 in 2.0 s (2000 packets received, 2000 sent)"]);

    [Theory]
    [InlineData(20, 2000, false)]
    [InlineData(21, 2000, true)]
    [InlineData(21, 2_000_000, false)]
    [InlineData(5, 0, false)]
    public void Judge_Drops_CountWhenTheyAreManyAndAShare(int drops, int packets, bool isFault)
    {
        var report = OneOfThree(nic => Grown(nic, c => c with { RxDropped = c.RxDropped + drops, RxPackets = 1000 + packets }));
        report.Status.ShouldBe(isFault ? CheckState.Fail : CheckState.Pass);
        Judge(new NicThresholds { DropsPerSecond = 0 }, Node("a", nic => Grown(nic, c => c with { RxDropped = c.RxDropped + drops, RxPackets = 1000 + packets })))
            .Status.ShouldBe(packets > 1_000_000 ? CheckState.Pass : CheckState.Fail);
    }

    [Fact]
    public void Judge_SeveralAlike_AreOneFinding()
    {
        var report = Judge(Node("a"), Node("b", n => Broken(n, "ring")), Node("c"), Node("d", n => Broken(n, "ring")), Node("e"));
        Told(report).ShouldBe(["Fail nic-settings-differ: eth1 of b and d differ from most of net in rx ring and tx ring"]);
        report.Findings[0].Evidence.ShouldBe(["rx ring is 512, on most 4096", "tx ring is 512, on most 4096"]);
        report.Results[1].Reason.ShouldBe("rx ring is 512, on most 4096; tx ring is 512, on most 4096");
    }

    [Fact]
    public void Judge_SeveralOffloads_AreCounted()
    {
        var off = new Dictionary<string, bool> { ["rx-gro"] = false, ["tx-tcp-segmentation"] = false };
        var finding = OneOfThree(n => n with { Mtu = 1500, Offloads = off }).Findings.ShouldHaveSingleItem();
        finding.Summary.ShouldBe("eth1 of b differs from most of net in MTU and 2 offloads");
        finding.Evidence.ShouldBe(["MTU is 1500, on most 9000", "offload rx-gro is off, on most on", "offload tx-tcp-segmentation is off, on most on"]);
    }

    [Fact]
    public void Judge_NoMajority_BlamesNobodyAlone()
    {
        var report = Judge(Node("a"), Node("b", n => Broken(Broken(n, "slow"), "mtu")));
        Told(report).ShouldBe(
        [
            "Fail nic-speed-low: the links of net run at different speeds: eth1 of b at 1 Gbit/s and eth1 of a at 10 Gbit/s",
            "Fail nic-settings-differ: equal NICs of net differ: MTU is 9000 on eth1 of a and 1500 on eth1 of b",
        ]);
        report.Findings.ShouldAllBe(f => f.Nodes.Count == 2);
    }

    [Fact]
    public void Judge_Faster_IsNoFault() => Judge(Node("a"), Node("b"), Node("c", n => n with { SpeedMbps = 25_000 })).Findings.ShouldBeEmpty();

    [Fact]
    public void Judge_LeastSpeed_HoldsForAll()
    {
        var report = Judge(new NicThresholds { SpeedMbps = 25_000 }, Node("a"), Node("b"), Node("c", n => n with { SpeedMbps = 25_000 }));
        Told(report).ShouldBe(["Fail nic-speed-low: eth1 of a and b run at 10 Gbit/s only; at least 25 Gbit/s is asked for"]);
    }

    [Fact]
    public void Judge_WhatADriverDoesNotHave_IsNeitherFaultNorUnknown()
    {
        var report = OneOfThree(n => n with { SpeedMbps = null, Duplex = null, Ring = null, Firmware = null, Offloads = null });
        report.Status.ShouldBe(CheckState.Pass);
        report.Findings.ShouldBeEmpty();
    }

    [Fact]
    public void Judge_WhatCouldNotBeRead_IsUnknown()
    {
        var report = Judge(
            Node("a"),
            Node("b", n => n with { Ring = null, Unmeasured = [new NicUnmeasured { What = "ring", Reason = "Input/output error" }] }),
            Node("c", n => n with { After = null }),
            Node("d", n => Grown(n, c => c with { RxPackets = 1 })),
            Node("e", n => new NicFacts { Name = n.Name, Exists = false }),
            new NicsNode { Node = "f", Nics = [], Problem = "f does not know interface.list." },
            new NicsNode { Node = "g", Nics = [], Gaps = [new NicGap("net", "no interface has the address 192.0.2.7")] },
            new NicsNode { Node = "h", Nics = [], Problem = "silent" });
        Told(report).ShouldBe(["Unknown nic-unmeasured: not everything could be measured of the NICs of f, g, b, c, d and e"]);
        report.Findings[0].Evidence.ShouldBe(
        [
            "f: f does not know interface.list.",
            "g, net: no interface has the address 192.0.2.7",
            "b eth1: ring: Input/output error",
            "c eth1: its counters could not be read twice",
            "d eth1: its counters went back while they were watched",
            "e eth1: it is not there any more",
        ]);
        report.Results.Select(r => $"{r.Node} {r.Nic} {r.State}").ShouldBe(
            ["a eth1 Pass", "b eth1 Unknown", "c eth1 Unknown", "d eth1 Unknown", "e eth1 Unknown", "f  Unknown", "g  Unknown", "h  Unknown"]);
        report.Status.ShouldBe(CheckState.Unknown);
        report.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("h");
    }

    [Fact]
    public void Judge_NotWatched_IsNoFaultAndNoUnknown()
    {
        var report = Judge(Node("a", n => n with { After = null }) with { LookedMs = null });
        report.Status.ShouldBe(CheckState.Pass);
        report.Results[0].Grown.ShouldBeNull();
    }

    [Fact]
    public void Judge_HostileCounters_DoNoHarm() =>
        Judge(Node("a", n => Grown(n, _ => new NicCounters { RxPackets = long.MinValue, RxErrors = long.MaxValue, RxDropped = long.MinValue })))
            .Results[0].State.ShouldNotBe(CheckState.Pass);

    [Fact]
    public void Judge_NoLldp_IsNoted()
    {
        Judge(Node("a", n => n with { Lldp = [], LldpAsked = false })).Notes.ShouldBe(
            ["The switch ports of a are not known: no lldpd runs there; --lldp 35 listens for LLDP."]);
        Judge(Node("a", n => n with { Lldp = [] })).Notes.ShouldBe(["No switch was heard by LLDP on eth1 of a."]);
    }

    [Fact]
    public void Json_Report_HasTheCommonShape()
    {
        var json = JsonSerializer.SerializeToElement(Judge(Node("a")), NicsJson.Default.NicsReport);
        json.EnumerateObject().Select(p => p.Name).ShouldBe(
            ["schema", "check", "status", "speed_min_mbps", "drops_max_per_second", "results", "findings", "unreachable", "notes", "took_ms"]);
        json.GetProperty("results")[0].EnumerateObject().Select(p => p.Name).ShouldBe(
        [
            "node", "nic", "role", "networks", "bond", "state", "reason", "admin_up", "carrier", "speed_mbps", "duplex", "autoneg", "mtu", "mac",
            "driver", "driver_version", "firmware", "bus", "looked_ms", "grown", "ring", "channels", "pause", "offloads", "bonding", "lldp",
            "unmeasured",
        ]);
        json.GetProperty("results")[0].GetProperty("role").GetString().ShouldBe("nic");
    }
}
