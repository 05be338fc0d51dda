using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Diagnosing;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Tests.Diagnosing;

/// <summary>From a request to evidence, with agents that answer, refuse, lie or keep silent.</summary>
public sealed class DiagnosisCollectorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Collect_Healthy_ProbesEverythingOnceAndEndsAtOnce()
    {
        var cloud = new FakeCloud();
        var start = TimeProvider.System.GetTimestamp();
        var collected = await cloud.CollectAsync(FakeCloud.Request with { WaitSeconds = 30 });
        TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        var evidence = collected.Evidence;
        evidence.Probes.Select(p => p.Kind).ShouldBe(
        [
            ProbeKind.Dhcp, ProbeKind.ArpGateway, ProbeKind.EchoGateway, ProbeKind.EchoInternet, ProbeKind.EchoFloating, ProbeKind.SynMetadata,
            ProbeKind.EchoLarge,
        ]);
        evidence.Probes.ShouldAllBe(p => p.Attempts == 1 && ProbeReader.Read(evidence, p).State == ProbeState.Answered);
        evidence.Listeners.ShouldAllBe(l => l.Problem == null);
        evidence.Listeners.Select(l => $"{l.Host} {l.Device}").ShouldBe(
        [
            "comp1 tap4e9b9f3c-00", "comp1 eth1", "net1 eth1", "net1 tap9a1c0d2e-00", "net1 qr-5cb04847-00", "net1 qg-2ddac085-00", "net1 eth2",
        ]);
        (evidence.Traces.Count, evidence.Fabric.Count, evidence.Underlay.Count, evidence.Notes.Count).ShouldBe((0, 0, 0, 0));
        collected.Frames.Count.ShouldBe(evidence.Probes.Sum(p => p.Sightings.Count));
        DiagnosisEngine.Diagnose(evidence).Verdict.Status.ShouldBe(DiagnosisStatus.Healthy);
        cloud.Listening.Open.ShouldBe(0);
    }

    [Fact]
    public async Task Collect_AnyFrame_LeavesOnlyWhenEverybodyListens()
    {
        var cloud = new FakeCloud();
        await cloud.CollectAsync();
        string[] happened = [.. cloud.Happened];
        happened[..2].Order().ShouldBe(["comp1 listens", "net1 listens"]);
        happened[^2..].Order().ShouldBe(["comp1 ends", "net1 ends"]);
        happened.Count(h => h.EndsWith("listens", StringComparison.Ordinal)).ShouldBe(2);
        happened.ShouldContain("net1 sends IcmpEcho on eth2");
    }

    [Fact]
    public async Task Collect_FirstFrameLost_IsSentOnceMoreAlone()
    {
        var cloud = new FakeCloud { LostAtFirst = 1 };
        var evidence = (await cloud.CollectAsync()).Evidence;
        cloud.GuestSent.Select(f => f.Count).ShouldBe([6, 1]);
        cloud.GuestSent.Last()[0].Kind.ShouldBe(FrameKind.DhcpDiscover);
        evidence.Probes.Select(p => p.Attempts).ShouldBe([2, 1, 1, 1, 1, 1, 1]);
        DiagnosisEngine.Diagnose(evidence).Verdict.Status.ShouldBe(DiagnosisStatus.Healthy);
    }

    [Fact]
    public async Task Collect_SlowServer_IsGivenTheWholeWait()
    {
        var cloud = new FakeCloud { AnswersAfter = TimeSpan.FromSeconds(1.5) };
        var evidence = (await cloud.CollectAsync(FakeCloud.Request with { Symptoms = [Symptom.NoIp], WaitSeconds = 2 })).Evidence;
        DiagnosisEngine.Diagnose(evidence).Verdict.Status.ShouldBe(DiagnosisStatus.Healthy);
    }

    [Fact]
    public async Task Collect_LostOnItsWay_IsGivenHalfTheWait()
    {
        var cloud = new FakeCloud { Reach = _ => 1 };
        var start = TimeProvider.System.GetTimestamp();
        var evidence = (await cloud.CollectAsync(FakeCloud.Request with { Symptoms = [Symptom.NoIp], WaitSeconds = 6 })).Evidence;
        TimeProvider.System.GetElapsedTime(start).ShouldBeInRange(TimeSpan.FromSeconds(2.9), TimeSpan.FromSeconds(5.9));
        evidence.Probes.Single().Attempts.ShouldBe(3);
    }

    [Fact]
    public async Task Collect_LostBetweenTheNics_MeasuresWhatElseCrosses()
    {
        var cloud = new FakeCloud { Reach = kind => kind == FrameKind.Probe ? 1 : 2 };
        var evidence = (await cloud.CollectAsync(FakeCloud.Request with { Symptoms = [Symptom.NoIp] })).Evidence;
        cloud.GuestSent.Count.ShouldBe(3);
        evidence.Fabric.Select(f => (f.FromHost, f.ToHost, f.Vlan, f.Left, f.Arrived, f.ListenerAlive, f.Problem)).ShouldBe(
        [
            ("comp1", "net1", 101, 3, 3, true, null), ("comp1", "net1", null, 3, 3, true, null),
            ("net1", "comp1", 101, 3, 3, true, null), ("net1", "comp1", null, 3, 3, true, null),
        ]);
        cloud.Listening.Open.ShouldBe(0);
    }

    [Fact]
    public async Task Collect_NothingCrossesTheFabric_SaysSo()
    {
        var cloud = new FakeCloud { Reach = kind => kind == FrameKind.Probe ? 0 : 2 };
        var evidence = (await cloud.CollectAsync(FakeCloud.Request with { Symptoms = [Symptom.NoIp] })).Evidence;
        evidence.Fabric.ShouldAllBe(f => f.Left == 3 && f.Arrived == 0 && f.ListenerAlive);
        evidence.Fabric.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Collect_LostOnTheBridge_IsFollowedThroughItsFlows()
    {
        var asked = new List<OvsTraceParams>();
        var cloud = new FakeCloud { Reach = _ => 1 };
        cloud.Agents.On(cloud.Comp, AgentOperations.OvsTrace, p =>
        {
            asked.Add(p);
            return new OvsTraceResult { Steps = [], DatapathActions = "drop", Flow = p.Flow };
        });
        var evidence = (await cloud.CollectAsync(FakeCloud.Request with { Symptoms = [Symptom.NoIp] })).Evidence;
        asked.ShouldHaveSingleItem().Bridge.ToString().ShouldBe("br-int");
        asked[0].Flow.ShouldBe(
            "in_port=tap4e9b9f3c-00,dl_src=fa:16:3e:8d:3c:2b,dl_dst=ff:ff:ff:ff:ff:ff,udp,nw_src=0.0.0.0,nw_dst=255.255.255.255,nw_ttl=64,"
                + "udp_src=68,udp_dst=67");
        evidence.Traces.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            t => t.Host.ShouldBe("comp1"), t => t.IsRequest.ShouldBeTrue(), t => t.Entry.ShouldBe("tap4e9b9f3c-00"), t => t.Exit.ShouldBe("eth1"),
            t => t.Result!.DatapathActions.ShouldBe("drop"), t => t.Problem.ShouldBeNull());
    }

    [Fact]
    public async Task Collect_TraceRefused_SaysWhy()
    {
        var cloud = new FakeCloud { Reach = _ => 1 };
        cloud.Agents.Refuse(cloud.Comp, AgentOperations.OvsTrace, OperationErrorCode.ToolFailed, "ovs-appctl failed.");
        var evidence = (await cloud.CollectAsync(FakeCloud.Request with { Symptoms = [Symptom.NoIp] })).Evidence;
        evidence.Traces.ShouldHaveSingleItem().Problem.ShouldBe("ovs-appctl failed.");
    }

    [Fact]
    public async Task Collect_SendingRefused_IsNotRunWithItsReason()
    {
        var cloud = new FakeCloud();
        cloud.Agents.Refuse(cloud.Comp, AgentOperations.GuestSend, OperationErrorCode.PermissionDenied, "CAP_NET_ADMIN is missing.");
        cloud.Agents.Refuse(cloud.Net, AgentOperations.FrameSend, OperationErrorCode.NoSuchDevice, "There is no eth2.");
        var evidence = (await cloud.CollectAsync()).Evidence;
        evidence.Probes.ShouldAllBe(
            p => p.Attempts == 0 && p.NotRun == (p.Kind == ProbeKind.EchoFloating ? "There is no eth2." : "CAP_NET_ADMIN is missing."));
        evidence.Listeners.Count.ShouldBe(7);
        cloud.Listening.Open.ShouldBe(0);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Collect_DhcpOff_SaysThatNoIpWasLeftOut(bool enabled, bool noted)
    {
        var port = FakeCloud.Request.Port;
        port = port with { Subnets = [.. port.Subnets.Select(s => s with { DhcpEnabled = enabled })] };
        var evidence = (await new FakeCloud().CollectAsync(FakeCloud.Request with { Port = port })).Evidence;
        evidence.Symptoms.Contains(Symptom.NoIp).ShouldBe(enabled);
        evidence.Notes.Any(n => n.StartsWith("DHCP is off ", StringComparison.Ordinal)).ShouldBe(noted);
    }

    [Fact]
    public async Task Collect_LookUp_IsPartOfWhatItTook() =>
        (await new FakeCloud().CollectAsync(FakeCloud.Request with { LookUpTook = TimeSpan.FromMinutes(1) })).Evidence.TookMs.ShouldBeInRange(60_000, 90_000);

    [Fact]
    public async Task Collect_Cancelled_LeavesNoCapture()
    {
        var cloud = new FakeCloud { Reach = _ => 1 };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var run = cloud.CollectAsync(FakeCloud.Request with { WaitSeconds = 60 }, cancellation: stop.Token);
        while (cloud.GuestSent.IsEmpty)
            await Task.Delay(5, Cancellation);
        cloud.Listening.Open.ShouldBe(2);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);
        cloud.Listening.Open.ShouldBe(0);
    }

    [Fact]
    public async Task Collect_CancelledBeforeAnybodyListens_LeavesNoCapture()
    {
        var cloud = new FakeCloud();
        cloud.Listening.Deaf.Add("net1");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var run = cloud.CollectAsync(timeout: TimeSpan.FromSeconds(60), cancellation: stop.Token);
        while (cloud.Listening.Open < 2)
            await Task.Delay(5, Cancellation);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);
        cloud.Listening.Open.ShouldBe(0);
    }

    [Fact]
    public async Task Collect_CaptureThatNeverListens_CostsItsDevicesOnly()
    {
        var cloud = new FakeCloud();
        cloud.Listening.Deaf.Add("net1");
        var evidence = (await cloud.CollectAsync(timeout: TimeSpan.FromMilliseconds(300))).Evidence;
        evidence.Listeners.Where(l => l.Host == "net1").ShouldAllBe(l => l.Problem == "The capture on net1 did not begin to listen in time.");
        evidence.Listeners.Where(l => l.Host == "comp1").ShouldAllBe(l => l.Problem == null);
        evidence.Probes.Single(p => p.Kind == ProbeKind.Dhcp).Sightings.ShouldNotBeEmpty();
        cloud.Listening.Open.ShouldBe(0);
    }

    [Fact]
    public async Task Collect_CaptureThatEndedBeforeItsTime_IsNoWitness()
    {
        var cloud = new FakeCloud();
        cloud.Listening.EndEarly.Add("net1");
        var evidence = (await cloud.CollectAsync()).Evidence;
        evidence.Listeners.Where(l => l.Host == "net1").ShouldAllBe(l => l.Problem == "The capture on net1 ended before its time.");
        evidence.Listeners.Where(l => l.Host == "comp1").ShouldAllBe(l => l.Problem == null);
    }

    [Fact]
    public async Task Collect_DeviceThatCannotBeListenedOn_TellsWhy()
    {
        var cloud = new FakeCloud();
        cloud.Listening.Refused.Add("qr-5cb04847-00");
        var evidence = (await cloud.CollectAsync()).Evidence;
        evidence.Listeners.Where(l => l.Problem is not null).ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(l => l.Device.ShouldBe("qr-5cb04847-00"), l => l.Problem.ShouldBe("qr-5cb04847-00 cannot be listened on."));
    }

    [Fact]
    public async Task Collect_CaptureThatDroppedOrTellsNothing_IsNoWitness()
    {
        var cloud = new FakeCloud();
        cloud.Listening.Told = (node, result) => node == "net1"
            ? result with { Points = [] }
            : result with { Points = [.. result.Points.Select(p => p with { Dropped = 3 })] };
        var evidence = (await cloud.CollectAsync()).Evidence;
        evidence.Listeners.Where(l => l.Host == "comp1").ShouldAllBe(l => l.Problem == "The capture dropped 3 frames.");
        evidence.Listeners.Where(l => l.Host == "net1").ShouldAllBe(l => l.Problem == "The agent on net1 did not tell what became of its capture.");
    }

    [Fact]
    public async Task Collect_Observer_SeesTheWaysBeforeTheFrames()
    {
        var observer = new Observer();
        await new FakeCloud().CollectAsync(FakeCloud.Request with { Symptoms = [Symptom.NoIp] }, observer: observer);
        observer.Told[..4].ShouldBe(["asking 2 agents", "1 ways", "listening on 4 devices of 2 nodes", "sending as the guest"]);
        observer.Told.Count(t => t == "Dhcp seen").ShouldBe(8);
    }

    private sealed class Observer : IDiagnosisObserver
    {
        private readonly Lock _lock = new();

        public List<string> Told { get; } = [];

        public void Stage(string what) => Tell(what);

        public void Ways(IReadOnlyList<ProbePath> ways) => Tell($"{ways.Count} ways");

        public void Seen(ProbeKind probe, Sighting sighting) => Tell($"{probe} seen");

        private void Tell(string what)
        {
            lock (_lock)
                Told.Add(what);
        }
    }
}
