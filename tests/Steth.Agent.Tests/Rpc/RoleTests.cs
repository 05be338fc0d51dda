using System.Text.Json;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Rpc;

public class RoleTests
{
    private static Task<RpcServer> StartAsync(Role most) => RpcServer.StartAsync(
        dispatcher =>
        {
            dispatcher.Map(AgentOperations.LeaseList, (_, _, _) => Task.FromResult(new LeaseListResult { Leases = [] }));
            dispatcher.Map(AgentOperations.LeaseRelease, (_, _, _) => Task.FromResult(new LeaseReleaseResult { Released = true }));
            dispatcher.Map(AgentOperations.InterfaceTeardown, (p, _, _) => Task.FromResult(new InterfaceTeardownResult { Interface = p.Interface.ToString() }));
            dispatcher.Map(AgentOperations.VlanAdd, (p, _, _) => Task.FromResult(new VlanAddResult { Interface = "eth1.5", Created = true }));
        },
        most: most);

    private static string Call(string method, string parameters) => $$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}},"id":1}""";

    [Theory]
    [InlineData(Role.Read, "lease.list", "{}", null)]
    [InlineData(Role.Read, "lease.release", """{"lease_id":"x"}""", "probe")]
    [InlineData(Role.Read, "interface.teardown", """{"interface":"eth1"}""", "change")]
    [InlineData(Role.Probe, "lease.release", """{"lease_id":"x"}""", null)]
    [InlineData(Role.Probe, "interface.teardown", """{"interface":"eth1"}""", "change")]
    [InlineData(Role.Change, "interface.teardown", """{"interface":"eth1"}""", null)]
    [InlineData(Role.Read, "vlan.add", """{"interface":"eth1","vlan_id":5,"lease_seconds":9}""", "probe")]
    [InlineData(Role.Probe, "vlan.add", """{"interface":"eth1","vlan_id":5,"lease_seconds":9}""", null)]
    [InlineData(Role.Probe, "vlan.add", """{"interface":"eth1","vlan_id":5}""", "change")]
    [InlineData(Role.Change, "vlan.add", """{"interface":"eth1","vlan_id":5}""", null)]
    public async Task Call_OfAHigherRole_IsForbidden(Role most, string method, string parameters, string? needed)
    {
        await using var server = await StartAsync(most);
        var body = Call(method, parameters);
        if (needed is null)
        {
            using var answer = JsonDocument.Parse(await server.AskAsync(body));
            answer.RootElement.TryGetProperty("result", out _).ShouldBeTrue(answer.RootElement.ToString());
        }
        else
        {
            (await server.ErrorAsync(body)).ShouldBe(((int)OperationErrorCode.Forbidden,
                $"{method} needs the role {needed}, and this agent allows {most.ToString().ToLowerInvariant()} at most (max_role)."));
        }
    }

    [Fact]
    public async Task Call_InABatch_IsForbiddenByItself()
    {
        await using var server = await StartAsync(Role.Read);
        using var answer = JsonDocument.Parse(await server.AskAsync(
            $"[{Call("lease.list", "{}")},{Call("lease.release", """{"lease_id":"x"}""")}]"));
        answer.RootElement.EnumerateArray().Select(a => a.TryGetProperty("error", out var error) ? error.GetProperty("code").GetInt32() : 0)
            .ShouldBe([0, (int)OperationErrorCode.Forbidden]);
    }

    [Theory]
    [InlineData(Role.Read, Role.Change, "x.y needs the role probe; the certificate of alice has read.")]
    [InlineData(Role.Change, Role.Read, "x.y needs the role probe, and this agent allows read at most (max_role).")]
    [InlineData(Role.Read, Role.Read, "x.y needs the role probe; the certificate of alice has read.")]
    public void Require_LessThanNeeded_SaysWhoseLimitItIs(Role granted, Role most, string sentence) =>
        Should.Throw<OperationException>(() => Caller.Require(new Caller("alice", granted, most), Role.Probe, "x.y")).Message.ShouldBe(sentence);

    [Fact]
    public void Require_OfNobody_IsForbidden() =>
        Should.Throw<OperationException>(() => Caller.Require(null, Role.Read, "x.y")).Code.ShouldBe(OperationErrorCode.Forbidden);
}
