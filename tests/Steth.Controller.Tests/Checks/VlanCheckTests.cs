using System.Collections.Concurrent;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Checks;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Diagnosis.Readiness.Vlans;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Checks;

public class VlanCheckTests
{
    private readonly FakeAgents _agents = new();
    private readonly Node[] _nodes = [FakeAgents.Node("a"), FakeAgents.Node("b"), FakeAgents.Node("c")];
    private readonly ConcurrentDictionary<Guid, (string Node, VlanListenParams Wanted, TaskCompletionSource End)> _listening = new();
    private readonly ConcurrentBag<(string Sender, VlanSendParams Sent, int Listeners)> _sent = [];

    /// <summary>Whether a plain probe crosses: sender, receiver, VLAN.</summary>
    private Func<string, string, int, bool> _crosses = (_, _, _) => true;

    public VlanCheckTests()
    {
        foreach (var node in _nodes)
        {
            _agents.On(node, AgentOperations.InterfaceList, _ => new InterfaceListResult { Interfaces = [Nic(up: true)] });
            _agents.OnStream(node, AgentOperations.VlanListen, (p, onEvent, ct) => ListenAsync(node, p, onEvent, ct));
            _agents.On(node, AgentOperations.VlanSend, p =>
            {
                _sent.Add((node.Name, p, _listening.Count));
                return new VlanSendResult { Sent = p.Probes.Sum(kind => kind.Vlans.Count), TookMs = 1 };
            });
            _agents.On(node, AgentOperations.CaptureEnd, p => new CaptureEndResult { Ended = _listening.TryRemove(p.CaptureId, out var it) && it.End.TrySetResult() });
        }
    }

    [Fact]
    public async Task RunAsync_Healthy_EverybodyListensBeforeAnybodySends_AndOneCopyDoes()
    {
        var report = await RunAsync();

        report.Status.ShouldBe(CheckState.Pass);
        report.ResultCounts.ShouldBe(new VlanResultCounts(12, 0, 0));
        _sent.Count.ShouldBe(3);
        _sent.ShouldAllBe(send => send.Listeners == 3);
        _sent.ShouldAllBe(send => send.Sent.Probes.Single().Vlans.Equals(VlanSet.Parse("untagged,100-101")));
        _listening.ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_WhatDoesNotArrive_IsSentTwiceMoreAndNothingElse()
    {
        _crosses = (from, to, vlan) => vlan != 101 || from != "a" || to != "b";

        var report = await RunAsync();

        report.Findings.ShouldHaveSingleItem().Summary.ShouldBe("VLAN 101 does not cross from a to b; the other way it does");
        _sent.Where(send => send.Sender == "a").OrderBy(send => send.Sent.Copy).Select(send => $"{send.Sent.Copy} {send.Sent.Probes.Single().Vlans}")
            .ShouldBe(["0 untagged,100-101", "1 untagged,101", "2 untagged,101"]);
        // The others show that they still listen.
        _sent.Where(send => send.Sender == "b").OrderBy(send => send.Sent.Copy).Select(send => $"{send.Sent.Copy} {send.Sent.Probes.Single().Vlans}")
            .ShouldBe(["0 untagged,100-101", "1 untagged", "2 untagged"]);
        _listening.ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_SilentAgent_CostsItsRowsOnly()
    {
        _agents.Kill(_nodes[2]);

        var report = await RunAsync();

        report.Status.ShouldBe(CheckState.Unknown);
        report.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("c");
        report.Findings.ShouldBeEmpty();
        report.ResultCounts.ShouldBe(new VlanResultCounts(4, 0, 8));
    }

    [Fact]
    public async Task RunAsync_AgentThatDiesWhileItListens_CostsItsRowsOnly()
    {
        _agents.OnStream(_nodes[2], AgentOperations.VlanListen, async (p, onEvent, _) =>
        {
            onEvent(new VlanListenEvent { Listening = true });
            await Task.Delay(20, TestContext.Current.CancellationToken);
            throw new Controller.Agents.AgentException("c", "The connection broke.", null);
        });

        var report = await RunAsync();

        report.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("c");
        report.ResultCounts.ShouldBe(new VlanResultCounts(4, 0, 8));
    }

    [Fact]
    public async Task RunAsync_AgentThatLies_IsNotBelieved()
    {
        _agents.OnStream(_nodes[2], AgentOperations.VlanListen, (p, onEvent, _) =>
        {
            onEvent(new VlanListenEvent { Listening = true });
            return Task.FromResult(new VlanListenResult
            {
                Arrived = [new VlanSighting { Sender = 99, Kind = VlanProbeKind.Plain, Vlans = VlanSet.Parse("1-4094") }],
                Left = [],
                Moved = [new VlanMoved { Sender = 0, Kind = VlanProbeKind.Plain, SentIn = 4095, ArrivedIn = -1 }],
                Complete = true,
                Dropped = 0,
            });
        });

        var report = await RunAsync();

        report.Status.ShouldBe(CheckState.Unknown);
        report.Findings.ShouldContain(finding => finding.Summary.Contains("Its agent told of senders or VLANs that do not exist.", StringComparison.Ordinal));
        report.Results.Where(row => row.To != "c" && row.From != "c").ShouldAllBe(row => row.State == CheckState.Pass);
    }

    [Fact]
    public async Task RunAsync_NicDown_IsNotProbed()
    {
        _agents.On(_nodes[2], AgentOperations.InterfaceList, _ => new InterfaceListResult { Interfaces = [Nic(up: false)] });

        var report = await RunAsync();

        report.Findings.ShouldHaveSingleItem().Summary.ShouldBe("eth1 of c is down: nothing crosses");
        _sent.ShouldAllBe(send => send.Sender != "c");
    }

    [Fact]
    public async Task RunAsync_SomethingIsBroken_NamesTheSwitchPort()
    {
        var asked = new ConcurrentBag<string>();
        _crosses = (from, to, vlan) => vlan != 101 || (from != "c" && to != "c");
        foreach (var node in _nodes)
        {
            _agents.On(node, AgentOperations.NicInspect, p =>
            {
                asked.Add($"{node.Name} {string.Join(' ', p.Nics)} {p.Seconds} {p.LldpSeconds}");
                return new NicInspectResult
                {
                    Lldpd = true,
                    Nics = [new NicFacts { Name = "eth1", Exists = true, Lldp = node.Name != "c" ? [] :
                    [
                        new LldpNeighbour { ChassisId = "aa:bb:cc:00:00:01", SystemName = "leaf-7", PortId = "Eth1/9", Source = "lldpd" },
                    ] }],
                };
            });
        }

        var report = await RunAsync();

        report.Findings.ShouldHaveSingleItem().Summary.ShouldContain("eth1 of c, switch leaf-7 port Eth1/9");
        asked.Order().ShouldBe(["a eth1 0 0", "b eth1 0 0", "c eth1 0 0"]);
    }

    [Fact]
    public async Task RunAsync_Bond_ItsMembersSwitchPortsAreNamed()
    {
        _crosses = (_, _, vlan) => vlan != 101;
        var asked = new ConcurrentBag<string>();
        _agents.On(_nodes[0], AgentOperations.InterfaceList, _ => new InterfaceListResult
        {
            Interfaces =
            [
                Nic(up: true) with { Kind = "bond" }, Nic(up: true) with { Name = "ens1", Master = "eth1" },
                Nic(up: true) with { Name = "ens2", Master = "eth1" }, Nic(up: true) with { Name = "ens3" },
            ],
        });
        _agents.On(_nodes[0], AgentOperations.NicInspect, p =>
        {
            asked.Add(string.Join(' ', p.Nics));
            return new NicInspectResult { Lldpd = false, Nics = [] };
        });

        (await RunAsync()).Status.ShouldBe(CheckState.Fail);

        asked.ShouldBe(["ens1 ens2"]);
    }

    [Fact]
    public async Task RunAsync_ManySenders_ShareTheRate()
    {
        await RunAsync(pps: 1_000_000);

        _sent.ShouldAllBe(send => send.Sent.Pps == VlanCheck.MostPpsInAll / 3);
    }

    [Fact]
    public async Task RunAsync_TwoTagsAndFullSize_AreAskedFor()
    {
        await new VlanCheck(_agents.WithTimeout()).RunAsync(
            _nodes, Request("untagged,100") with { DoubleTag = OuterTag.Customer, FullSize = true }, null, TestContext.Current.CancellationToken);

        var sent = _sent.First().Sent;
        sent.OuterTag.ShouldBe(OuterTag.Customer);
        sent.Probes.Select(kind => $"{kind.Kind} {kind.Vlans}").ShouldBe(["Plain untagged,100", "DoubleTagged 100", "FullSize 100"]);
    }

    [Fact]
    public async Task RunAsync_Cancelled_EndsEveryCall()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = new VlanCheck(_agents.WithTimeout()).RunAsync(_nodes, Request("100-101"), progress =>
        {
            if (progress.Text.StartsWith("sending", StringComparison.Ordinal))
                cancel.Cancel();
        }, cancel.Token);

        await Should.ThrowAsync<OperationCanceledException>(() => running);
        _listening.ShouldBeEmpty();
    }

    private Task<VlanReport> RunAsync(int pps = 5000) => new VlanCheck(_agents.WithTimeout()).RunAsync(
        _nodes, Request("100-101") with { Pps = pps }, null, TestContext.Current.CancellationToken);

    private static VlanRequest Request(string vlans) => new()
    {
        Vlans = VlanSet.Parse(vlans),
        Nics = new NicChoice { OfAll = DeviceName.Parse("eth1") },
        Pps = 5000,
    };

    /// <summary>Ends when it is told to, or when everything it is to expect has been sent, as an agent does.</summary>
    private async Task<VlanListenResult> ListenAsync(Node node, VlanListenParams wanted, Action<VlanListenEvent> onEvent, CancellationToken ct)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _listening[wanted.CaptureId] = (node.Name, wanted, end);
        onEvent(new VlanListenEvent { Listening = true });
        try
        {
            await end.Task.WaitAsync(ct);
        }
        finally
        {
            _listening.TryRemove(wanted.CaptureId, out _);
        }
        return new VlanListenResult
        {
            Arrived =
            [
                .. from sender in wanted.Senders
                   where sender.Sender != wanted.Own
                   from kind in sender.Probes
                   let vlans = new VlanSet(kind.Vlans.Members().Where(vlan => _crosses(_nodes[sender.Sender].Name, node.Name, vlan)))
                   select new VlanSighting { Sender = sender.Sender, Kind = kind.Kind, Vlans = vlans },
            ],
            Left =
            [
                .. from sender in wanted.Senders
                   where sender.Sender == wanted.Own
                   from kind in sender.Probes
                   select new VlanSighting { Sender = sender.Sender, Kind = kind.Kind, Vlans = kind.Vlans },
            ],
            Moved = [],
            Complete = false,
            Dropped = 0,
        };
    }

    private static InterfaceFacts Nic(bool up) => new()
    {
        Name = "eth1",
        Index = 2,
        Mtu = 1500,
        AdminUp = up,
        Carrier = up,
        OperState = up ? "UP" : "DOWN",
        Addresses = [],
    };
}
