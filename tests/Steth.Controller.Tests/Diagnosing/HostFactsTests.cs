using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Tests.Collection;
using Steth.Diagnosis.Evidence;

namespace Steth.Controller.Tests.Diagnosing;

/// <summary>What is asked of the nodes, and what becomes of those that do not answer it.</summary>
public sealed class HostFactsTests
{
    private static readonly Guid s_guest = CloudIntent.Guest;

    [Fact]
    public async Task Collect_SilentAgent_IsEvidenceAndNoNote()
    {
        var cloud = new FakeCloud();
        cloud.Agents.Kill(cloud.Net);
        var evidence = (await cloud.CollectAsync()).Evidence;
        evidence.Host("net1")!.Silent.ShouldBe("No agent listens on 192.0.2.1:9698: is steth-agent running there?");
        evidence.Host("net1")!.Wirings.ShouldBeEmpty();
        evidence.Notes.ShouldBeEmpty();
        evidence.Host("comp1")!.Wirings.ShouldHaveSingleItem();
        evidence.Probes.Single(p => p.Kind == ProbeKind.Dhcp).Sightings.Count.ShouldBe(4);
        cloud.Agents.Calls.Count(c => c.StartsWith("net1 ", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Collect_AllAgentsSilent_ProbesNothing()
    {
        var cloud = new FakeCloud();
        cloud.Agents.Kill(cloud.Net);
        cloud.Agents.Kill(cloud.Comp);
        var evidence = (await cloud.CollectAsync()).Evidence;
        evidence.Hosts.ShouldAllBe(h => h.Silent != null);
        evidence.Probes.Single(p => p.Kind == ProbeKind.Dhcp).NotRun.ShouldBe("no node that answers has the port");
        evidence.Listeners.ShouldBeEmpty();
    }

    [Fact]
    public async Task Collect_AgentOfAnotherVersion_IsNotedAndTheRestGoesOn()
    {
        var cloud = new FakeCloud();
        cloud.Agents.Refuse(cloud.Net, AgentOperations.NamespaceInspect, OperationErrorCode.MethodNotFound, "Method not found.");
        cloud.Agents.Refuse(cloud.Net, AgentOperations.MetadataProbe, OperationErrorCode.MethodNotFound, "Method not found.");
        var evidence = (await cloud.CollectAsync()).Evidence;
        evidence.Notes.ShouldBe(["The agent on net1 is of another version than steth and cannot be asked everything: Method not found."]);
        var net = evidence.Host("net1")!;
        (net.Namespaces.Count, net.Metadata, net.Dhcp!.FilesExist, net.Wirings.Count).ShouldBe((0, null, true, 3));
        evidence.Probes.ShouldAllBe(p => p.Sightings.Count > 0);
    }

    [Fact]
    public async Task Collect_OneQuestionRefused_IsNotedWithItsNode()
    {
        var cloud = new FakeCloud();
        cloud.Agents.Refuse(cloud.Net, AgentOperations.MetadataProbe, OperationErrorCode.Timeout, "The metadata agent did not answer.");
        (await cloud.CollectAsync()).Evidence.Notes.ShouldBe(["net1: The metadata agent did not answer."]);
    }

    [Fact]
    public async Task Collect_ThingThatIsNotThere_IsNoNote()
    {
        var cloud = new FakeCloud();
        cloud.Agents.Refuse(cloud.Net, AgentOperations.MetadataProbe, OperationErrorCode.NoSuchDevice, "There is no socket.");
        cloud.Agents.Refuse(cloud.Net, AgentOperations.PortWiring, OperationErrorCode.NoSuchDevice, "There is no such port.");
        var evidence = (await cloud.CollectAsync()).Evidence;
        evidence.Notes.ShouldBeEmpty();
        evidence.Host("net1")!.Wirings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Collect_MetadataIsNoMatter_DoesNotAskForIt()
    {
        var cloud = new FakeCloud();
        var evidence = (await cloud.CollectAsync(FakeCloud.Request with { Symptoms = [Symptom.NoIp] })).Evidence;
        evidence.Host("net1")!.Metadata.ShouldBeNull();
        cloud.Agents.Calls.ShouldNotContain("net1 metadata.probe");
        (await cloud.CollectAsync()).Evidence.Host("net1")!.Metadata!.Status.ShouldBe(200);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Collect_NodeWithoutAPart_KeepsItsOpenVSwitchOnlyWhereItCarriesTheNetwork(bool carries)
    {
        var cloud = new FakeCloud();
        var other = Guid.NewGuid();
        cloud.Agents.On(cloud.Net, AgentOperations.OvsShow, _ => OvsHost.With(
            OvsHost.Port(other, "tap11111111-00", network: carries ? CloudIntent.Network : other)));
        var request = FakeCloud.Request with { Port = FakeCloud.Request.Port with { DhcpPorts = [], Router = null, DhcpAgentHosts = null } };
        var net = (await cloud.CollectAsync(request)).Evidence.Host("net1")!;
        (net.Ovs is not null, net.Interfaces).ShouldBe((carries, null));
    }

    [Fact]
    public async Task Collect_PortWhoseRowIsGone_IsAskedForWhereItIsBound()
    {
        var cloud = new FakeCloud();
        cloud.Agents.On(cloud.Comp, AgentOperations.OvsShow, _ => OvsHost.With());
        var evidence = (await cloud.CollectAsync()).Evidence;
        evidence.Host("comp1")!.Wiring(s_guest).ShouldNotBeNull();
        evidence.Notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Collect_Node_IsAskedForWhatItHasAlone()
    {
        var cloud = new FakeCloud();
        await cloud.CollectAsync();
        var asked = cloud.Agents.Asked.Where(a => a.Parameters is NamespaceInspectParams)
            .Select(a => (a.Node, Space: ((NamespaceInspectParams)a.Parameters).Namespace?.ToString())).Order().ToList();
        asked.ShouldBe([("comp1", null), ("net1", FakeCloud.Qdhcp), ("net1", FakeCloud.Qrouter)]);
        cloud.Agents.Calls.ShouldNotContain("comp1 dhcp.server");
        cloud.Agents.Calls.ShouldNotContain("comp1 metadata.probe");
        ((NamespaceInspectParams)cloud.Agents.Asked.First(a => a is { Node: "comp1", Parameters: NamespaceInspectParams }).Parameters)
            .ShouldSatisfyAllConditions(p => p.WithoutInterfaces.ShouldBeTrue(), p => p.WithDroppingRules.ShouldBeTrue(), p => p.RulesHolding.ShouldBe(["4e9b9f3c-0"]));
    }

    [Theory]
    [InlineData("vxlan", "system", true)]
    [InlineData("vxlan", "", true)]
    [InlineData("vxlan", "netdev", false)]
    [InlineData("vlan", "system", false)]
    public async Task Collect_TunnelsOfTheKernelsDatapath_AsksForTheHostsOwnFilter(string type, string datapath, bool asked)
    {
        var cloud = new FakeCloud();
        var shown = OvsHost.With(OvsHost.Port(CloudIntent.Dhcp, "tap9a1c0d2e-00", "internal"), OvsHost.Tunnel("vxlan-0a580015"));
        shown = shown with { Bridges = [.. shown.Bridges.Select(b => b with { DatapathType = datapath })] };
        cloud.Agents.On(cloud.Net, AgentOperations.OvsShow, _ => shown);
        var port = FakeCloud.Request.Port;
        await cloud.CollectAsync(FakeCloud.Request with { Port = port with { Network = port.Network with { Type = type } } });

        cloud.Agents.Asked.Where(a => a is { Node: "net1", Parameters: NamespaceInspectParams { Namespace: null } })
            .SelectMany(a => ((NamespaceInspectParams)a.Parameters).RulesFrom).Distinct()
            .ShouldBe(asked ? ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"] : []);
    }

    [Fact]
    public async Task Collect_SomethingLost_ReadsTheCountersAgain()
    {
        var cloud = new FakeCloud { Reach = _ => 3 };
        var evidence = (await cloud.CollectAsync(FakeCloud.Request with { Symptoms = [Symptom.NoIp] })).Evidence;
        evidence.Host("comp1")!.OwnAfter.ShouldNotBeNull();
        evidence.Host("net1")!.NamespacesAfter.Select(n => n.Namespace).Order().ShouldBe([FakeCloud.Qdhcp, FakeCloud.Qrouter]);
    }
}
