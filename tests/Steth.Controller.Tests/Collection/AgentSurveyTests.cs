using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;

namespace Steth.Controller.Tests.Collection;

public class AgentSurveyTests
{
    private readonly FakeAgents _agents = new();
    private readonly Node _up = FakeAgents.Node("comp1");
    private readonly Node _down = FakeAgents.Node("comp2");

    private void Name(string hostname, string? neutronHost) => _agents.On(_up, AgentOperations.AgentInfo, _ => new AgentInfoResult
    {
        Hostname = hostname,
        NeutronHost = neutronHost,
        Version = "0.1.0",
        Kernel = "6.1",
        StartedAt = DateTimeOffset.UnixEpoch,
        Insecure = true,
        Tools = [],
    });

    private async Task<IReadOnlyList<AgentStatus>> RunAsync() =>
        await new AgentSurvey(_agents.WithTimeout()).RunAsync([_down, _up], TestContext.Current.CancellationToken);

    [Fact]
    public async Task RunAsync_OneDead_IsARowWithItsReason()
    {
        Name("comp1", null);
        _agents.Kill(_down);
        var statuses = await RunAsync();
        statuses.Select(s => (s.Node.Name, s.Up, s.Info?.Version, s.RoundTrip is null)).ShouldBe([("comp2", false, null, true), ("comp1", true, "0.1.0", false)]);
        statuses[0].Reason.ShouldBe("No agent listens on 192.0.2.1:9698: is steth-agent running there?");
        _agents.Calls.Count(c => c == "comp1 agent.info").ShouldBe(2);
    }

    [Theory]
    [InlineData("comp1", null, false)]
    [InlineData("rack7", "comp1", false)]
    [InlineData("rack7", null, true)]
    public async Task NameDiffers_HostnameOrNeutronHost_IsCompared(string hostname, string? neutronHost, bool differs)
    {
        Name(hostname, neutronHost);
        (await RunAsync())[1].NameDiffers.ShouldBe(differs);
    }
}
