using Steth.Agent.Kernel;

namespace Steth.Agent.Tests.Kernel;

public class KernelStatisticsTests
{
    private const string Names =
        "entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new\n";

    // As a namespace with 262144 of 262144 connections printed it when three pings were lost in it.
    [Fact]
    public void Sum_Recorded_IsTheSumOverTheProcessors() => KernelStatistics.Sum(Names
        + "00040000  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000003 00000000 00000000  00000000\n"
        + "00040000  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00040000 00000000 0000001f 00000000 00000000  00000000\n", "drop")
        .ShouldBe(34);

    [Theory]
    [InlineData("")]
    [InlineData("entries searched found\n00000000 00000000 00000000\n")]
    public void Sum_NoSuchColumn_IsNotMeasured(string text) => KernelStatistics.Sum(text, "drop").ShouldBeNull();

    [Theory]
    [InlineData("00000000\n")]
    [InlineData("0 0 0 0 0 0 0 0 0 0 many 0 0 0\n")]
    public void Sum_LineWithoutANumber_IsRefused(string line) => Should.Throw<FormatException>(() => KernelStatistics.Sum(Names + line, "drop"));

    // As a host printed it whose table of 1,024 neighbours was too small.
    [Fact]
    public void Sum_NeighbourTable_IsHowOftenItWasFull() => KernelStatistics.Sum(
        "entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls\n"
        + "00000354 000016b2 00001972 00000005   0002b4f5 0000b64c 000000ff   00000000         00000000         00000945         000340ed       00000040            000340e1\n"
        + "00000354 00000a01 00000700 00000000   0001a4f5 0000964c 00000001   00000000         00000000         00000000         00000001       00000000            0000000f\n",
        "table_fulls").ShouldBe(0x340f0);

    [Fact]
    public void Full_ThisHost_IsTold() => NeighbourTables.Full().ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(0);
}
