using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations.Inspecting;

/// <summary>Which rules of a compute node with two ports come along when one is asked about.</summary>
public sealed class RuleSelectionTests
{
    private const string Mine = "75e9329b-9";
    private const string Others = "dda3b6a2-d";

    private static readonly string _recorded = Recording.Read("iptables/comp1.iptables-save.txt");

    [Fact]
    public async Task DroppingRules_ComputeNode_ThePortsOwnAndTheWayToWhatDrops()
    {
        var rules = await SelectAsync(_recorded, dropping: true);

        rules.Where(r => !Holds(r, Mine)).Select(r => $"{r.Table} {r.Chain} {r.Text[r.Text.LastIndexOf("-j")..]}").ShouldBe(
        [
            "filter INPUT -j neutron-openvswi-INPUT",
            "filter FORWARD -j neutron-openvswi-FORWARD",
            "filter neutron-openvswi-sg-fallback -j DROP",
        ]);
        rules.ShouldNotContain(r => Holds(r, Others));
        rules.Where(r => Holds(r, Mine)).ShouldBe(await SelectAsync(_recorded, dropping: false));
    }

    [Fact]
    public async Task DroppingRules_OfAnOperatorAndOfDocker_AreAmongThemWithOneJumpEach()
    {
        var text = _recorded.Replace("-A FORWARD -j neutron-filter-top", """
            -A FORWARD -j DOCKER-USER
            -A FORWARD -i docker0 -j DOCKER-USER
            -A FORWARD -o docker0 -j DOCKER
            -A DOCKER-USER -j DEEPER
            -A DEEPER -s 10.0.0.0/8 -m comment --comment "no -j ACCEPT" -j REJECT --reject-with icmp-port-unreachable
            -A DOCKER -d 172.17.0.2/32 -j ACCEPT
            -A FORWARD -p tcp -j DROP
            -A FORWARD -j neutron-filter-top
            """, StringComparison.Ordinal);

        (await SelectAsync(text, dropping: true)).Where(r => !r.Chain.StartsWith("neutron", StringComparison.Ordinal) && r.Chain != "INPUT"
            && !r.Text.Contains("neutron", StringComparison.Ordinal)).Select(r => $"{r.Chain} {r.Text}").ShouldBe(
        [
            "FORWARD -j DOCKER-USER",
            "DOCKER-USER -j DEEPER",
            "DEEPER -s 10.0.0.0/8 -m comment --comment \"no -j ACCEPT\" -j REJECT --reject-with icmp-port-unreachable",
            "FORWARD -p tcp -j DROP",
        ]);
    }

    [Fact]
    public async Task DroppingRules_ChainsThatCallEachOther_Ends() =>
        (await SelectAsync("*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -j A\n-A A -j B\n-A B -j A\n-A B -g C\n-A C -j DROP\nCOMMIT\n", dropping: true))
            .Select(r => r.Chain).ShouldBe(["FORWARD", "A", "B", "B", "C"]);

    [Fact]
    public async Task DroppingRules_ManyPorts_AreNotSent()
    {
        var others = Enumerable.Range(0, 500).SelectMany(n => _recorded.Split('\n')
            .Where(l => l.StartsWith("-A ", StringComparison.Ordinal) && l.Contains(Others, StringComparison.Ordinal))
            .Select(l => l.Replace(Others, $"{n:x8}-0", StringComparison.Ordinal)));
        var text = _recorded.Replace("-A FORWARD -j neutron-filter-top", "-A FORWARD -j neutron-filter-top\n"
            + string.Join('\n', others.Where(l => !l.Contains("CT", StringComparison.Ordinal))), StringComparison.Ordinal);

        (await SelectAsync(text, dropping: true)).Count.ShouldBeLessThanOrEqualTo((await SelectAsync(_recorded, dropping: true)).Count + 1);
    }

    private static bool Holds(FilterRule rule, string word) => rule.Chain.Contains(word) || rule.Text.Contains(word);

    private static async Task<IReadOnlyList<FilterRule>> SelectAsync(string text, bool dropping)
    {
        var tools = new Printing(text);
        var ip = new IpTool(tools);
        var found = await new NamespaceInspectHandler(new InterfaceListHandler(ip, new OvsDatabase(tools)).HandleAsync, ip, tools).HandleAsync(
            new NamespaceInspectParams { RulesHolding = [Mine], WithDroppingRules = dropping, WithoutInterfaces = true },
            new CallContext { CorrelationId = "t" }, TestContext.Current.CancellationToken);
        return found.Rules.ShouldNotBeNull(string.Join(' ', found.Problems));
    }

    /// <summary>An iptables-save that prints a text; no other program is there.</summary>
    private sealed class Printing(string text) : IToolRunner
    {
        public Task<ToolOutput> RunAsync(ToolCommand command, CancellationToken cancellationToken) => Task.FromResult(
            command.Program == "iptables-save" ? new ToolOutput(0, text, "") : new ToolOutput(1, "", "no such thing"));

        public Task<IRunningTool> StartAsync(ToolCommand command, Action<string>? onLine, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public string? Find(string program) => null;
    }
}
