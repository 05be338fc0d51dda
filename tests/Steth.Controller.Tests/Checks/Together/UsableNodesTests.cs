using System.Net;
using Steth.Controller.Checks.Together;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Readiness.Planning;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Tests.Checks.Together;

public class UsableNodesTests
{
    private static readonly UsableNodes All = new([Node("a", 1), Node("b", 2)], []);

    [Fact]
    public void After_PlanThatFindsNothing_KeepsAll()
    {
        var rest = All.After(Plan([Row("a", null), Row("a", "net"), Row("b", "net")]));

        rest.ShouldBe(All);
    }

    [Fact]
    public void After_SilentNode_IsGoneWithoutAWord()
    {
        var rest = All.After(Plan([Row("a", "net")], new UnreachableHost("b", "No agent listens.")));

        rest.Nodes.Select(node => node.Name).ShouldBe(["a"]);
        rest.LeftOut.ShouldBeEmpty();
    }

    [Fact]
    public void After_AddressMissing_TheNetworkIsGoneOnThatNode()
    {
        var rest = All.After(Plan([Row("a", "net"), Row("b", "net", CheckState.Fail), Row("b", "storage")]));

        rest.Nodes.Select(node => string.Join(' ', node.Networks.Select(network => network.Type))).ShouldBe(["net storage", "storage"]);
        rest.LeftOut.ShouldBe(["net: b left out of the checks after it, because of what check plan found there."]);
    }

    [Fact]
    public void After_AddressThatIsThereAndElse_Stays() =>
        All.After(Plan([Row("b", "net", CheckState.Fail, "eth7")])).ShouldBe(All);

    [Fact]
    public void After_DeadNic_TheNetworkIsGoneOnThoseNodes()
    {
        var report = Plan([]) with { Check = "nics", Findings = [Finding("nic-no-carrier", "net", "a", "b"), Finding("nic-drops-grow", "storage", "a")] };

        var rest = All.After((CheckReport)report);

        rest.Nodes.Select(node => string.Join(' ', node.Networks.Select(network => network.Type))).ShouldBe(["storage", "storage"]);
        rest.LeftOut.ShouldBe(["net: a, b left out of the checks after it, because of what check nics found there."]);
    }

    private static Node Node(string name, byte number) => new()
    {
        Name = name,
        AgentEndpoint = new IPEndPoint(new IPAddress([192, 0, 2, number]), 9698),
        Networks = [new NodeNetwork("net", new IPAddress([198, 51, 100, number]), null), new NodeNetwork("storage", new IPAddress([203, 0, 113, number]), null)],
    };

    private static PlanReport Plan(PlanResult[] rows, params UnreachableHost[] silent) =>
        new() { Check = "plan", Status = CheckState.Pass, Results = rows, Findings = [], Unreachable = silent };

    private static PlanResult Row(string node, string? network, CheckState state = CheckState.Pass, string? device = null) => new()
    {
        Node = node,
        Network = network,
        Address = "198.51.100.9",
        Interface = state == CheckState.Pass ? "eth1" : device,
        State = state,
    };

    private static CheckFinding Finding(string id, string network, params string[] nodes) =>
        new() { Id = id, State = CheckState.Fail, Summary = id, Nodes = nodes, Network = network, Evidence = [] };
}
