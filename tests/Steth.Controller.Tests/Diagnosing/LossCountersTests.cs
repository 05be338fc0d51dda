using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;

namespace Steth.Controller.Tests.Diagnosing;

/// <summary>The counter of the flow a trace ends at, read while the lost frame is sent again.</summary>
public sealed class LossCountersTests
{
    private static readonly OvsTraceStep _drop = new()
    {
        Bridge = "br-int",
        Table = 0,
        Depth = 0,
        Match = "udp,dl_src=fa:16:3e:8d:3c:2b",
        Priority = 900,
        Cookie = "0x0",
        Actions = ["drop"],
        Remarks = [],
    };

    [Fact]
    public async Task Collect_FlowThatDrops_IsCountedWhileTheProbeIsSentAgain()
    {
        var cloud = Cloud(packets: sent => 7 + sent);
        var trace = await TraceAsync(cloud);
        (trace.LastFlowMoved, trace.SentMeanwhile).ShouldBe((3, 3));
        cloud.GuestSent.Last().Count.ShouldBe(3);
        cloud.GuestSent.Last().ShouldAllBe(f => f.Kind == FrameKind.DhcpDiscover);
    }

    [Fact]
    public async Task Collect_CounterThatStandsStill_IsToldAsItIs() =>
        (await TraceAsync(Cloud(packets: _ => 7))).LastFlowMoved.ShouldBe(0);

    [Fact]
    public async Task Collect_SeveralFlowsFit_CountsNone()
    {
        var cloud = Cloud(packets: sent => sent, copies: 2);
        (await TraceAsync(cloud)).LastFlowMoved.ShouldBeNull();
    }

    [Fact]
    public async Task Collect_CountersRefused_KeepsTheTrace()
    {
        var cloud = Cloud(packets: sent => sent);
        cloud.Agents.Refuse(cloud.Comp, AgentOperations.OvsFlows, OperationErrorCode.ToolFailed, "ovs-ofctl failed.");
        var trace = await TraceAsync(cloud);
        (trace.LastFlowMoved, trace.Problem).ShouldBe((null, null));
        trace.Result.ShouldNotBeNull();
    }

    private static FakeCloud Cloud(Func<int, long> packets, int copies = 1)
    {
        var cloud = new FakeCloud { Reach = _ => 1 };
        cloud.Agents.On(cloud.Comp, AgentOperations.OvsTrace, p => new OvsTraceResult { Steps = [_drop], DatapathActions = "drop", Flow = p.Flow });
        cloud.Agents.On(cloud.Comp, AgentOperations.OvsFlows, p => new OvsFlowsResult
        {
            Flows = [.. Enumerable.Repeat(Flow("0x0", "dl_src=fa:16:3e:8d:3c:2b,udp", packets(cloud.GuestSent.Sum(f => f.Count))), copies), Flow("0x1", "udp", 99)],
        });
        return cloud;
    }

    private static OvsFlow Flow(string cookie, string match, long packets) => new()
    {
        Cookie = cookie,
        Table = 0,
        Priority = 900,
        Packets = packets,
        Bytes = 0,
        Match = match,
        Actions = "drop",
    };

    private static async Task<TraceEvidence> TraceAsync(FakeCloud cloud) =>
        (await cloud.CollectAsync(FakeCloud.Request with { Symptoms = [Symptom.NoIp] })).Evidence.Traces.ShouldHaveSingleItem();
}
