using Steth.Contracts;
using Steth.OpenStack.Tests.Transport;

namespace Steth.Cli.Tests.Commands;

/// <summary>What an operator, the API and the agents can do wrong: one clear sentence, the right exit code, no stack trace.</summary>
public sealed class DiagnoseBadInputTests
{
    private static readonly Guid _other = new("52f0f9c7-8181-45b9-bc98-9a4b06dd3061");

    [Theory]
    [InlineData("vm-x", "Neutron does not know a port called 'vm-x'.")]
    [InlineData("10.9.9.9", "Neutron does not know a port with the address 10.9.9.9.")]
    [InlineData("fa:16:3e:99:99:99", "Neutron does not know a port with the MAC fa:16:3e:99:99:99.")]
    [InlineData("99999999-8181-45b9-bc98-9a4b06dd3061", "Neutron does not know the port 99999999-8181-45b9-bc98-9a4b06dd3061.")]
    public async Task Diagnose_UnknownPort_IsUsage(string word, string sentence)
    {
        await using var cloud = new LocalCloud();
        var outcome = await RunAsync(cloud, Agents(), "diagnose", word);
        outcome.ShouldBe(new Outcome(64, "", $"steth: {sentence}\n"));
    }

    [Fact]
    public async Task Diagnose_TwoPortsByOneName_ListsThem()
    {
        await using var cloud = new LocalCloud();
        cloud.Held["ports"] = $"{LocalCloud.Port(Evidences.Port, "web")}, {LocalCloud.Port(_other, "web", host: "comp2")}";
        var outcome = await RunAsync(cloud, Agents(), "diagnose", "web");
        (outcome.Code, outcome.Out).ShouldBe((64, ""));
        OneLine(outcome.Error).ShouldSatisfyAllConditions(
            e => e.ShouldStartWith("steth: "), e => e.ShouldContain($"{Evidences.Port}"), e => e.ShouldContain($"{_other}"));
    }

    [Fact]
    public async Task Diagnose_UnboundPort_IsAFaultOfNeutron()
    {
        await using var cloud = new LocalCloud();
        cloud.Held["ports"] = LocalCloud.Port(Evidences.Port, "web", vif: "unbound", host: "");
        var outcome = await RunAsync(cloud, Agents(), "diagnose", "web", "--wait", "1");
        outcome.Code.ShouldBe(1, outcome.Out + outcome.Error);
        outcome.Out.ShouldContain("FAULT P1 binding-failed");
        NoTrace(outcome);
    }

    [Theory]
    [InlineData("normal", "trunk:subport", "the port is a subport of a trunk, which this version does not follow")]
    [InlineData("direct", "compute:nova", "the port's vnic_type is direct: its packets bypass Open vSwitch, and this version does not follow them")]
    [InlineData("normal", "network:dhcp", "the port is Neutron's own (network:dhcp), not a guest's")]
    public async Task Diagnose_UnsupportedType_IsUndecidedAndSaysWhy(string vnic, string owner, string reason)
    {
        await using var cloud = new LocalCloud();
        cloud.Held["ports"] = LocalCloud.Port(Evidences.Port, "web", vnic: vnic, owner: owner);
        var outcome = await RunAsync(cloud, Agents(), "diagnose", "web", "--wait", "1", "-f", "json");
        outcome.Code.ShouldBe(2, outcome.Out + outcome.Error);
        System.Text.Json.JsonDocument.Parse(outcome.Out).RootElement.GetProperty("verdict").GetProperty("missing").GetString().ShouldBe(reason);
        NoTrace(outcome);
    }

    [Fact]
    public async Task Diagnose_WrongPassword_SaysSoBeforeAnythingElse()
    {
        await using var cloud = new LocalCloud { Keystone = _ => CannedAnswer.Json(401, Recording.Body("keystone/post_auth_tokens.bad_password.http")) };
        var outcome = await RunAsync(cloud, Agents(), "diagnose", "web");
        (outcome.Code, outcome.Out).ShouldBe((64, ""));
        OneLine(outcome.Error).ShouldBe(
            $"steth: Keystone at {cloud.Url}/v3/auth/tokens refuses user admin in domain default for project admin in domain default from the "
                + "environment (401): wrong name, domain, project or secret. "
                + "'web' is no port id, MAC or IP address, and only Neutron knows ports by their names.\n");
    }

    [Fact]
    public async Task Diagnose_TokenThatHasExpired_SaysSo()
    {
        await using var cloud = new LocalCloud { Keystone = _ => CannedAnswer.Json(401, """{"error": {"code": 401, "message": "expired"}}""") };
        var outcome = await RunAsync(cloud, Agents(), cloud.Environment(byToken: true), "diagnose", "web");
        (outcome.Code, outcome.Out).ShouldBe((64, ""));
        OneLine(outcome.Error).ShouldContain("token");
    }

    [Fact]
    public async Task Diagnose_UntrustedCertificate_SaysWhatToTrust()
    {
        await using var cloud = new LocalCloud(tls: true);
        var outcome = await RunAsync(cloud, Agents(), "diagnose", "web");
        (outcome.Code, outcome.Out).ShouldBe((64, ""));
        OneLine(outcome.Error).ShouldStartWith(
            $"steth: The certificate of Keystone at {cloud.Url}/v3/auth/tokens is not trusted: its CA is unknown here "
                + "(name its CA's file with cacert or OS_CACERT). ");
        cloud.Requests.ShouldBeEmpty();
    }

    public static TheoryData<string> Broken => ["keystone hangs", "neutron hangs", "keystone half", "neutron half", "neutron 503", "neutron html"];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Diagnose_ApiBroken_TakesTheNodesWordAndSaysSo(string how)
    {
        await using var cloud = new LocalCloud();
        var half = CannedAnswer.Json(200, """{"ports": [{"id": "413e0c86-8181-45b9""").Cut(90);
        if (how.EndsWith("hangs", StringComparison.Ordinal))
            cloud.Deadline = TimeSpan.FromSeconds(1);
        switch (how)
        {
            case "keystone hangs": cloud.Keystone = _ => CannedAnswer.Hang; break;
            case "neutron hangs": cloud.Neutron = _ => CannedAnswer.Hang; break;
            case "keystone half": cloud.Keystone = _ => half; break;
            case "neutron half": cloud.Neutron = _ => half; break;
            case "neutron 503": cloud.Neutron = _ => CannedAnswer.Json(503, "{}"); break;
            default: cloud.Neutron = _ => CannedAnswer.Raw("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"); break;
        }
        var outcome = await RunAsync(cloud, Agents(), "diagnose", "10.101.0.21");
        outcome.Code.ShouldBe(64, outcome.Error);
        string[] lines = outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldEndWith("The nodes' own records were used instead.");
        lines[^1].ShouldBe("steth: No agent knows a port with 10.101.0.21. Is it bound, and is its host configured here?");
        lines.Length.ShouldBe(2);
        NoTrace(outcome);
        (await RunAsync(cloud, new FakeAgents(), "diagnose", "10.101.0.21")).Code.ShouldBe(69);
    }

    [Fact]
    public async Task Diagnose_NoApiAndAllAgentsDead_IsUnavailable()
    {
        var outcome = await Cli.RunAsync(new FakeAgents(), "diagnose", "10.101.0.21", "--offline");
        (outcome.Code, outcome.Out).ShouldBe((69, ""));
        outcome.Error.ShouldContain("steth: No agent that answers knows a port with 10.101.0.21; it may be on comp1 or comp2, which did not answer.\n");
        NoTrace(outcome);
    }

    [Fact]
    public async Task Diagnose_ApiUpAndAllAgentsDead_IsUnavailable()
    {
        await using var cloud = new LocalCloud();
        cloud.Held["ports"] = LocalCloud.Port(Evidences.Port, "web");
        var outcome = await RunAsync(cloud, new FakeAgents(), "diagnose", "web");
        outcome.Code.ShouldBe(69, outcome.Out + outcome.Error);
        outcome.Out.ShouldContain("comp1");
        NoTrace(outcome);
    }

    [Fact]
    public async Task Diagnose_AgentOfAnotherVersion_IsUndecidedWithANote()
    {
        await using var cloud = new LocalCloud();
        cloud.Held["ports"] = LocalCloud.Port(Evidences.Port, "web");
        var agents = Agents();
        foreach (var operation in AgentOperations.All.Where(o => o.Name != AgentOperations.AgentInfo.Name))
            agents.Refuse("comp1", operation, OperationErrorCode.MethodNotFound, $"Method {operation.Name} not found.");
        var outcome = await RunAsync(cloud, agents, "diagnose", "web");
        outcome.Code.ShouldBe(2, outcome.Out + outcome.Error);
        outcome.Out.ShouldContain("of another version than steth");
        NoTrace(outcome);
    }

    [Fact]
    public async Task Diagnose_AgentOfAnotherHost_IsNoted()
    {
        await using var cloud = new LocalCloud();
        cloud.Held["ports"] = LocalCloud.Port(Evidences.Port, "web");
        var agents = Agents().Answer("comp1", AgentOperations.AgentInfo, Answers.Info("storage7"));
        var outcome = await RunAsync(cloud, agents, "diagnose", "web");
        outcome.Code.ShouldBe(2, outcome.Out + outcome.Error);
        outcome.Out.ReplaceLineEndings(" ").ShouldContain("storage7");
        NoTrace(outcome);
    }

    private static FakeAgents Agents()
    {
        var agents = new FakeAgents();
        foreach (var node in new[] { "comp1", "comp2" })
        {
            foreach (var operation in AgentOperations.All)
                agents.Refuse(node, operation, OperationErrorCode.NoSuchDevice, "There is no such thing.");
            agents.Answer(node, AgentOperations.AgentInfo, Answers.Info(node)).Answer(node, AgentOperations.OvsShow, Answers.Ovs());
        }
        return agents;
    }

    private static Task<Outcome> RunAsync(LocalCloud cloud, FakeAgents agents, params string[] line) => RunAsync(cloud, agents, cloud.Environment(), line);

    private static Task<Outcome> RunAsync(LocalCloud cloud, FakeAgents agents, Dictionary<string, string> environment, params string[] line) => Cli.RunAsync(
        agents, Cli.TwoNodes, services => services with { OpenCloud = (_, _) => cloud.Open(environment) }, TestContext.Current.CancellationToken, line);

    private static string OneLine(string error)
    {
        error.Count(c => c == '\n').ShouldBe(1, error);
        return error;
    }

    private static void NoTrace(Outcome outcome)
    {
        foreach (var text in new[] { outcome.Out, outcome.Error })
        {
            text.ShouldNotContain("Exception");
            text.ShouldNotContain("   at ");
            text.ShouldNotContain("a fault of steth itself");
        }
    }
}
