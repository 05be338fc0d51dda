using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Tools;
using Steth.Agent.Tests.Tools.Ovs;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public sealed class OvsTraceHandlerTests(PrivateOvs ovs) : IClassFixture<PrivateOvs>
{
    private static readonly CallContext _call = new() { CorrelationId = "t" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HandleAsync_RealOpenVSwitch_ByPortNameThroughConntrack()
    {
        NeedOvs();
        foreach (var flow in new[]
        {
            "cookie=0x7,table=0,priority=9,ip,in_port=tapx,actions=ct(table=72,zone=2)",
            "cookie=0x7,table=72,priority=70,ct_state=+est,actions=drop",
            "cookie=0x7,table=72,priority=60,ct_state=+new,actions=LOCAL",
        })
            await ovs.RunAsync("ovs-ofctl", "-O", "OpenFlow13", "add-flow", "brn", flow);

        var opened = await TraceAsync("in_port=tapx,tcp,nw_dst=192.0.2.2,tp_dst=80");
        var established = await TraceAsync("in_port=tapx,tcp,nw_dst=192.0.2.2,tp_dst=80", "trk,est");
        var missed = await TraceAsync("in_port=tapx,arp");

        opened.Steps.Select(s => (s.Table, s.Priority, s.Match)).ShouldBe([(0, 9, "ip,in_port=tapx"), (72, 60, "ct_state=+new")]);
        opened.DatapathActions.ShouldBe("brn");
        established.Steps[1].Match.ShouldBe("ct_state=+est");
        established.DatapathActions.ShouldBe("drop");
        (missed.Steps.ShouldHaveSingleItem().Match, missed.DatapathActions).ShouldBe((null, "drop"));
    }

    [Theory]
    [InlineData("in_port=tap9,tcp", "bad value for in_port")]
    [InlineData("in_port=tapx,foo=3", "unknown field foo")]
    public async Task HandleAsync_FlowOpenVSwitchCannotRead_IsInvalidParamsWithItsWords(string flow, string words)
    {
        NeedOvs();

        var error = await Should.ThrowAsync<OperationException>(() => TraceAsync(flow));

        error.Code.ShouldBe(OperationErrorCode.InvalidParams);
        error.Message.ShouldContain(words);
    }

    [Theory]
    [InlineData("br-int")]
    [InlineData("ovs-netdev")]
    public async Task HandleAsync_NoSuchBridge_NamesTheKnown(string bridge)
    {
        NeedOvs();

        var error = await Should.ThrowAsync<OperationException>(() => Handler(ovs.Runner).HandleAsync(
            new OvsTraceParams { Bridge = DeviceName.Parse(bridge), Flow = "in_port=1,arp" }, _call, Token));

        error.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        error.Message.ShouldBe($"Open vSwitch on this host has no bridge '{bridge}'; there are: brn, brp.");
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("-generate", null)]
    [InlineData("--l7", null)]
    [InlineData("in_port=1;arp", null)]
    [InlineData("in_port=1 arp", null)]
    [InlineData("in_port=1,arp\n", null)]
    [InlineData("in_port=1,arp", "-generate")]
    [InlineData("in_port=1,arp", "trk,foo")]
    [InlineData("in_port=1,arp", "")]
    public async Task HandleAsync_WhatCouldBeReadAsAnOption_IsInvalidParamsAndNothingIsRun(string flow, string? lookup)
    {
        using var tools = new StandInTools();

        var error = await Should.ThrowAsync<OperationException>(() => Handler(tools.Runner).HandleAsync(
            new OvsTraceParams { Bridge = DeviceName.Parse("brn"), Flow = flow, CtNext = lookup is null ? [] : [lookup] }, _call, Token));

        error.Code.ShouldBe(OperationErrorCode.InvalidParams);
    }

    [Fact]
    public async Task HandleAsync_FlowTooLong_IsInvalidParams()
    {
        using var tools = new StandInTools();

        var error = await Should.ThrowAsync<OperationException>(() => Handler(tools.Runner).HandleAsync(
            new OvsTraceParams { Bridge = DeviceName.Parse("brn"), Flow = new string('a', 1001) }, _call, Token));

        error.Message.ShouldBe("flow has 1001 characters; expected 1-1000.");
    }

    private static void NeedOvs() => Assert.SkipWhen(PrivateOvs.Missing is not null, PrivateOvs.Missing ?? "");

    private static OvsTraceHandler Handler(Agent.Tools.IToolRunner tools) => new(tools, new OvsDatabase(tools));

    private Task<OvsTraceResult> TraceAsync(string flow, params string[] lookups) => Handler(ovs.Runner).HandleAsync(
        new OvsTraceParams { Bridge = DeviceName.Parse("brn"), Flow = flow, CtNext = lookups }, _call, Token);
}
