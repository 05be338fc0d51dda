namespace Steth.Agent.Tests.Host;

public class AgentDescriptorTests
{
    [Fact]
    public async Task Calls_OfTools_LeaveNoDescriptorOpen()
    {
        await using var agent = await AgentProcess.StartAsync();
        using var client = new HttpClient();
        await CallAsync(client, agent, 3);
        var before = agent.OpenPipes();
        await CallAsync(client, agent, 20);
        agent.OpenPipes().ShouldBeLessThan(before + 10);
    }

    private static async Task CallAsync(HttpClient client, AgentProcess agent, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var body = new StringContent("""{"jsonrpc":"2.0","method":"validate_ip","params":["127.0.0.1"],"id":1}""");
            using var response = await client.PostAsync(agent.Address, body, TestContext.Current.CancellationToken);
            response.EnsureSuccessStatusCode();
        }
    }
}
