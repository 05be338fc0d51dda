using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness;

namespace Steth.Controller.Tests.Inventory;

public class CheckSettingsTests
{
    [Fact]
    public void Parse_AllKeys_AreTyped()
    {
        var configuration = StethConfiguration.Parse("""
            [checks]
            vlans = 100-105, 200
            mtu_needed = 1550
            loss_percent = 0.5
            rtt_p99_ms = 2
            jitter_ms = 0.25
            bandwidth_min = 80%
            clock_skew_ms = 50
            nic_speed_mbps = 10000
            nic_drops_per_second = 2.5
            pps = 200
            """, "steth.conf");

        configuration.Problems.ShouldBeEmpty();
        var checks = configuration.Checks;
        checks.Vlans!.ToString().ShouldBe("100-105,200");
        (checks.MtuNeeded, checks.LossPercent, checks.RttP99Ms, checks.JitterMs, checks.ClockSkewMs, checks.Pps).ShouldBe((1550, 0.5, 2, 0.25, 50, 200));
        (checks.NicSpeedMbps, checks.NicDropsPerSecond).ShouldBe((10_000, 2.5));
        checks.BandwidthMin.ShouldBe(new BandwidthThreshold(null, 80));
    }

    [Fact]
    public void Parse_NoSection_LeavesDefaults() =>
        StethConfiguration.Parse("[nodes]\na = 192.0.2.1", "steth.conf").Checks.ShouldBe(new CheckSettings { Pps = 5000 });

    [Fact]
    public void Parse_ManyErrors_AreAllToldInOrder() => StethConfiguration.Parse("""
        [checks]
        vlans = 0-5
        mtu_needed = 100
        loss_percent = 101
        rtt_p99_ms = fast
        jitter_ms = -1
        bandwidth_min = 5 bananas
        clock_skew_ms = 1e3
        nic_speed_mbps = 10G
        nic_drops_per_second = few
        pps = 0
        pps = 5
        speed = 1
        """, "steth.conf").Problems.Select(problem => problem.ToString()).ShouldBe(
    [
        "steth.conf:2: [checks] vlans: '0-5' is no list of VLANs; expected ids and ranges of 1-4094, as in 100-105,200",
        "steth.conf:3: [checks] mtu_needed: '100' is not a whole number from 576 to 65535",
        "steth.conf:4: [checks] loss_percent: '101' is not a number from 0 to 100",
        "steth.conf:5: [checks] rtt_p99_ms: 'fast' is not a number from 0 to 3600000",
        "steth.conf:6: [checks] jitter_ms: '-1' is not a number from 0 to 3600000",
        "steth.conf:7: [checks] bandwidth_min: '5 bananas' is no throughput; expected a rate as in 500M or 10G, or a share of the link as in 80%",
        "steth.conf:8: [checks] clock_skew_ms: '1e3' is not a number from 0 to 3600000",
        "steth.conf:9: [checks] nic_speed_mbps: '10G' is not a whole number from 1 to 10000000",
        "steth.conf:10: [checks] nic_drops_per_second: 'few' is not a number from 0 to 1000000000",
        "steth.conf:11: [checks] pps: '0' is not a whole number from 1 to 1000000",
        "steth.conf:12: [checks] pps: is given twice; line 11 has it already",
        "steth.conf:13: [checks] speed: is not known here; expected vlans, mtu_needed, loss_percent, rtt_p99_ms, jitter_ms, bandwidth_min, "
            + "clock_skew_ms, nic_speed_mbps, nic_drops_per_second or pps",
    ]);
}
