using Steth.Agent.Tools.Ip;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Tools.Ip;

public class LinkCountersJsonTests
{
    // Of iproute2 6.1.0 on Linux 6.18.
    private const string Recorded = """
        [{"ifindex":3,"ifname":"eth0","stats64":{"rx":{"bytes":266,"packets":3,"errors":1,"dropped":2,"over_errors":0,"multicast":0,"length_errors":0,
        "crc_errors":4,"frame_errors":0,"fifo_errors":5,"missed_errors":6},"tx":{"bytes":266,"packets":7,"errors":8,"dropped":9,"carrier_errors":10,
        "collisions":0,"aborted_errors":0,"fifo_errors":11,"window_errors":0,"heartbeat_errors":0,"carrier_changes":12}}}]
        """;

    [Fact]
    public void Parse_Recorded_TellsEachCounter() => LinkCountersJson.Parse(Recorded)["eth0"].ShouldBe(new NicCounters
    {
        RxPackets = 3,
        TxPackets = 7,
        RxErrors = 1,
        RxDropped = 2,
        RxCrc = 4,
        RxFifo = 5,
        RxMissed = 6,
        TxErrors = 8,
        TxDropped = 9,
        TxCarrier = 10,
        TxFifo = 11,
        CarrierChanges = 12,
    });

    [Fact]
    public void Parse_WhatIsNotPrinted_IsNull()
    {
        LinkCountersJson.Parse("""[{"ifname":"a","stats64":{"rx":{"packets":-1,"errors":"1"},"tx":{}}}]""")["a"].ShouldBe(new NicCounters());
        LinkCountersJson.Parse("""[{},{"ifname":"a"},{"ifname":"b","stats64":[]},{"ifname":3}]""").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[{\"ifname\":")]
    public void Parse_NoList_IsRefused(string text) => Should.Throw<FormatException>(() => LinkCountersJson.Parse(text));
}
