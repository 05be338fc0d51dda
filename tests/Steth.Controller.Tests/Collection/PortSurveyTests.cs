using Steth.Contracts;
using Steth.Controller.Collection;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;

namespace Steth.Controller.Tests.Collection;

public class PortSurveyTests
{
    private readonly FakeAgents _agents = new();
    private readonly Node _comp = FakeAgents.Node("comp1");

    [Theory]
    [InlineData("None", null)]
    [InlineData("physnet1", "physnet1")]
    public async Task RunAsync_PhysicalNetwork_IsAbsentWhereTheAgentWroteNone(string written, string? physicalNetwork)
    {
        var port = OvsHost.Guest();
        var config = new Dictionary<string, string>(port.OtherConfig) { ["physical_network"] = written };
        _agents.On(_comp, AgentOperations.OvsShow, _ => OvsHost.With(port with { OtherConfig = config }));

        var survey = await new PortSurvey(_agents.WithTimeout()).RunAsync([_comp], TestContext.Current.CancellationToken);

        survey.Ports.ShouldHaveSingleItem().PhysicalNetwork.ShouldBe(physicalNetwork);
    }
}
