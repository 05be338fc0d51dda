using System.Text.Json.Nodes;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;

namespace Steth.Agent.Tests.Limits;

/// <summary>
/// No text of a caller becomes anything but one plain argument: every text in every operation's parameters is tried with what a shell,
/// a file system or a program's options would read as more.
/// </summary>
public class InjectionTests
{
    // By which what came of an attempt is found among the arguments.
    private const string Mark = "zq";

    internal static readonly string[] Attempts =
    [
        ";zq", "; rm -rf /zq", "$(zq)", "$(touch /zq)", "`zq`", "zq|id", "zq&&id", "zq>x", "--zq", "-zq", "--zq=1", "../zq", "../../zq/../zq", "/zq",
        "zq\nzq", "zq\r\nzq", "zq\0zq", "zq zq", "'zq", "\"zq\"", "\\zq", "zq\u202e", "\u00e9zq", "\uff0d\uff0dzq", "zq%n", "*zq", "~zq", "{zq,zq}", "#zq", "@zq", "zq:1", "zq,zq", "zq", "",
    ];

    // What the programs are asked in the end, so that the rig is shown to let calls get that far.
    private static readonly Dictionary<string, string> Reached = new()
    {
        ["interface.setup"] = "ip address replace 192.0.2.1/24",
        ["interface.teardown"] = "ip link del dev eth0",
        ["vlan.add"] = "ip link add link eth0 name eth0.7",
        ["iperf.run"] = "iperf3 -c 127.0.0.1",
        ["iperf.serve"] = "iperf3 -s -p 9",
        ["name.resolve"] = "getent ahosts -- node.example",
        ["ovs.flows"] = "ovs-ofctl --timeout=5",
        ["ovs.trace"] = "ovs-appctl --timeout=5 ofproto/trace --names br-int in_port=1,udp --ct-next trk,new",
        ["namespace.inspect"] = "iptables-save -c",
        ["neighbour.list"] = "ip -j neigh show",
    };

    [Fact]
    public void Good_HasParametersOfEveryOperation() =>
        OperationRig.Good.Keys.Order(StringComparer.Ordinal).ShouldBe(AgentOperations.All.Select(o => o.Name).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Good_IsTaken()
    {
        Privilege.NeedsRoot();
        await using var rig = new OperationRig();
        foreach (var (method, parameters) in OperationRig.Good)
        {
            var outcome = await rig.CallAsync(method, JsonNode.Parse(parameters)!, TimeSpan.FromSeconds(10));
            var code = outcome?.Error?.Code;
            code.ShouldNotBe(OperationErrorCode.InvalidParams, $"{method}: {outcome?.Error?.Message}");
            code.ShouldNotBe(OperationErrorCode.InternalError, rig.Log.ToString());
            var ran = rig.TakeArguments();
            if (Reached.TryGetValue(method, out var words))
                ran.ShouldContain(arguments => string.Join(' ', arguments).StartsWith(words, StringComparison.Ordinal),
                    $"{method}: {outcome?.Error?.Message}; ran: {string.Join(" / ", ran.Select(a => string.Join(' ', a)))}");
        }
    }

    [Fact]
    public async Task EveryTextOfEveryOperation_IsRefusedOrOnePlainArgument()
    {
        Privilege.NeedsRoot();
        await using var rig = new OperationRig();
        var (tried, refused, passed) = (0, 0, 0);
        foreach (var operation in AgentOperations.All)
        {
            var good = JsonNode.Parse(OperationRig.Good[operation.Name])!;
            foreach (var (path, type) in OperationRig.Leaves(operation.ParamsInfo))
            {
                foreach (var attempt in Attempts)
                {
                    rig.TakeArguments();
                    var outcome = await rig.CallAsync(operation.Name, OperationRig.With(good, path, attempt), TimeSpan.FromSeconds(2));
                    var ran = rig.TakeArguments();
                    var what = $"{operation.Name} {string.Join('.', path)} = '{attempt}': {outcome?.Error?.Message}";
                    tried++;
                    outcome?.Error?.Code.ShouldNotBe(OperationErrorCode.InternalError, $"{what} {rig.Log}");
                    if (outcome?.Error?.Code == OperationErrorCode.InvalidParams)
                    {
                        refused++;
                        ran.ShouldBeEmpty(what);
                    }
                    passed += Plain(ran, attempt, what);
                }
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{tried} tried, {refused} refused, {passed} passed on as plain arguments");
        tried.ShouldBeGreaterThan(2000);
        refused.ShouldBeGreaterThan(tried / 2);
        // Some are names a device may have, so that the rig is shown to see what is passed on.
        passed.ShouldBeGreaterThan(10);
    }

    [Theory]
    [InlineData("get_interface", """{"interface":"eth0"}""")]
    [InlineData("validate_ip", """{"ip":"192.0.2.1"}""")]
    [InlineData("ping", """{"ips":["127.0.0.1"],"boardcast":false,"count":1,"timeout":1,"interface":"lo"}""")]
    [InlineData("check_ports_on_br", """{"bridge":"br-int","ports":["tap1"]}""")]
    [InlineData("add_vlan_to_interface", """{"interface":"eth0","vlan_id":7}""")]
    [InlineData("setup_link", """{"interface":"eth0","cidr":"192.0.2.1/24"}""")]
    [InlineData("teardown_link", """{"interface":"eth0"}""")]
    [InlineData("setup_iperf_server", """{"protocol":"TCP","port":9,"window":"64K"}""")]
    [InlineData("teardown_iperf_server", """{"pid":"a"}""")]
    [InlineData("start_iperf_client", """{"host":"127.0.0.1","protocol":"TCP","timeout":1,"parallel":1,"bandwidth":"1M","port":9}""")]
    [InlineData("check_dhcp_on_comp", """{"port_id":"7f1c3a52-6c1e-4a7e-9b38-0d9a1f2b3c4d","port_mac":"fa:16:3e:00:00:01","phy_iface":"lo","net_type":"vlan"}""")]
    [InlineData("check_dhcp_on_net", """{"net_id":"7f1c3a52-6c1e-4a7e-9b38-0d9a1f2b3c4d","port_ip":"192.0.2.9","phy_iface":"lo","net_type":"vlan"}""")]
    public async Task EveryTextOfTheOriginalMethods_IsRefusedOrOnePlainArgument(string method, string parameters)
    {
        Privilege.NeedsRoot();
        await using var rig = new OperationRig();
        var good = JsonNode.Parse(parameters)!.AsObject();
        foreach (var name in good.Select(member => member.Key).ToArray())
        {
            foreach (var attempt in Attempts)
            {
                rig.TakeArguments();
                string[] path = good[name] is JsonArray ? [name, "0"] : [name];
                var outcome = await rig.CallAsync(method, OperationRig.With(good, path, attempt), TimeSpan.FromSeconds(2));
                var what = $"{method} {name} = '{attempt}': {outcome?.Error?.Message}";
                outcome?.Error?.Code.ShouldNotBe(OperationErrorCode.InternalError, $"{what} {rig.Log}");
                Plain(rig.TakeArguments(), attempt, what);
            }
        }
    }

    /// <summary>How many arguments hold the attempt; each holds all of it, and none can be read as an option.</summary>
    private static int Plain(IReadOnlyList<string[]> ran, string attempt, string what)
    {
        var found = 0;
        foreach (var arguments in ran)
        {
            for (var i = 1; i < arguments.Length; i++)
            {
                if (!arguments[i].Contains(Mark, StringComparison.Ordinal))
                    continue;
                arguments[i].ShouldContain(attempt, Case.Sensitive, what);
                if (arguments[i] == attempt && attempt.StartsWith('-'))
                    arguments.Take(i).ShouldContain("--", what);
                found++;
            }
        }
        return found;
    }
}
