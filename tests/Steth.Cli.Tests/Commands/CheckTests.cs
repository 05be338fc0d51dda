using System.Net;
using System.Text.Json;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Cli.Tests.Commands;

public sealed class CheckTests
{
    private const string Port = "75e9329b-9c4b-4a7d-b1f2-0123456789ab";

    [Fact]
    public async Task CheckVlan_OneAgentIsSilent_IsUnknownBothWays()
    {
        var agents = new FakeAgents().Answer("comp1", AgentOperations.InterfaceList, new InterfaceListResult { Interfaces = [Answers.Interface("eth0")] });

        var outcome = await Cli.RunAsync(agents, "check-vlan-interface", "comp1", "comp2", "eth0", "100", "-f", "json");

        outcome.Code.ShouldBe(2);
        var rows = JsonDocument.Parse(outcome.Out).RootElement;
        rows.GetArrayLength().ShouldBe(2);
        Keys(rows[0]).ShouldBe(["vlan_id", "from", "to", "state", "reason"]);
        rows[0].GetProperty("vlan_id").GetInt32().ShouldBe(100);
        rows.EnumerateArray().Select(row => $"{row.GetProperty("from")} {row.GetProperty("to")} {row.GetProperty("state")}")
            .ShouldBe(["comp1 comp2 UNKNOWN", "comp2 comp1 UNKNOWN"]);
        outcome.Error.ShouldContain("comp2: No agent listens on 192.0.2.2:9698.");
    }

    [Fact]
    public async Task CheckVlan_NobodyAnswers_IsUnavailable() =>
        (await Cli.RunAsync(new FakeAgents(), "check-vlan-interface", "comp1", "comp2", "eth0", "100")).Code.ShouldBe(69);

    [Fact]
    public async Task CheckIperf_AllNetworks_IsARowEach()
    {
        var agents = Iperf();

        var outcome = await Cli.RunAsync(agents, "check-iperf", "comp1", "comp2", "--iperf_server_type", "all", "-f", "json");

        outcome.Code.ShouldBe(0);
        var rows = JsonDocument.Parse(outcome.Out).RootElement;
        Keys(rows[0]).ShouldBe(["network", "protocol", "bits_per_second", "retransmits", "jitter_ms", "loss_percent"]);
        rows.EnumerateArray().Select(row => row.GetProperty("network").GetString()).ShouldBe(["mgmt", "net"]);
        rows[0].GetProperty("bits_per_second").GetDouble().ShouldBe(9_413_215_777);
        rows[0].GetProperty("jitter_ms").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task CheckIperf_Table_HasUnits() =>
        (await Cli.RunAsync(Iperf(), "check-iperf", "comp1", "comp2")).Out.ShouldBe("""
            +---------+----------+-------------+-------------+--------+------+
            | Network | Protocol |  Throughput | Retransmits | Jitter | Loss |
            +---------+----------+-------------+-------------+--------+------+
            | mgmt    | TCP      | 9.41 Gbit/s |           7 | -      | -    |
            +---------+----------+-------------+-------------+--------+------+

            """);

    [Theory]
    [InlineData("--client_protocol", "--client_port", "--client_timeout", "--client_parallel", "--client_bandwidth")]
    [InlineData("--server-protocol", "--server-port", "--client-timeout", "--client-parallel", "--client-bandwidth")]
    public async Task CheckIperf_Options_ReachBothAgents(string protocol, string port, string timeout, string parallel, string bandwidth)
    {
        var agents = Iperf();

        await Cli.RunAsync(agents, "check-iperf", "comp1", "comp2", protocol, "udp", port, "5999", timeout, "2", parallel, "4", bandwidth, "100M");

        agents.Calls[0].ShouldContain("comp1 iperf.serve {\"port\":5999,");
        agents.Calls[0].ShouldContain("\"protocol\":\"udp\"");
        agents.Calls[1].ShouldContain("comp2 iperf.run {\"server\":\"192.0.2.1\",\"port\":5999,\"protocol\":\"udp\",\"seconds\":2,\"parallel\":4,\"bandwidth_bps\":100000000,");
        agents.Calls.ShouldContain(call => call.StartsWith("comp1 lease.release", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CheckIperf_ClientCannotReachTheServer_FailsWithTheReasonOnStderr()
    {
        var agents = Iperf().Refuse("comp2", AgentOperations.IperfRun, OperationErrorCode.ToolFailed, "unable to connect to server.");

        var outcome = await Cli.RunAsync(agents, "check-iperf", "comp1", "comp2", "-f", "value");

        outcome.ShouldBe(new Outcome(1, "mgmt TCP None None None None\n", "mgmt: FAIL: unable to connect to server.\n"));
    }

    [Fact]
    public async Task CheckDhcpOnCompute_PortNobodyKnows_SaysWhoWasSilent()
    {
        var agents = new FakeAgents().Answer("comp1", AgentOperations.OvsShow, Answers.Ovs());

        var outcome = await Cli.RunAsync(agents, "check-dhcp-on-comp", Port, "eth0", "vlan", "-f", "json");

        outcome.Code.ShouldBe(2);
        outcome.Out.ShouldBe("[]\n");
        outcome.Error.ShouldContain("UNKNOWN: ");
        outcome.Error.ShouldContain("comp2: No agent listens on 192.0.2.2:9698.");
    }

    [Fact]
    public async Task CheckDhcpOnCompute_Port_ShowsEveryDeviceAndTheVerdictOnStderr()
    {
        var wiring = new PortWiringResult
        {
            PortId = Guid.Parse(Port),
            Plug = PortPlug.Native,
            NetworkType = "vlan",
            Devices = [new PortDevice { Device = "tap75e9329b-9c", Kind = PortDeviceKind.Tap, Bridge = "br-int" }],
        };
        var agents = new FakeAgents()
            .Answer("comp1", AgentOperations.OvsShow, Answers.Ovs(Answers.OvsPort("tap75e9329b-9c", portId: Port)))
            .Answer("comp2", AgentOperations.OvsShow, Answers.Ovs())
            .Answer("comp1", AgentOperations.PortWiring, wiring)
            .Answer<DhcpTraceParams, DhcpTraceResult>("comp1", AgentOperations.DhcpTrace, parameters => new DhcpTraceResult
            {
                Wiring = wiring,
                Xid = parameters.Xid ?? 0,
                Injection = InjectionMethod.Tap,
                Devices = [new TracedDevice { Device = "tap75e9329b-9c", Listened = true, Outbound = ["DHCPDISCOVER"], Inbound = ["DHCPOFFER"] }],
            });

        var outcome = await Cli.RunAsync(agents, "check-dhcp-on-comp", Port[..8], "eth0", "VLAN", "--wait", "1", "-f", "json");

        outcome.Code.ShouldBe(0);
        var rows = JsonDocument.Parse(outcome.Out).RootElement;
        Keys(rows[0]).ShouldBe(["host", "device", "direction", "seen"]);
        rows.EnumerateArray().Select(row => $"{row.GetProperty("host")} {row.GetProperty("device")} {row.GetProperty("direction")} {row.GetProperty("seen")[0]}")
            .ShouldBe(["comp1 tap75e9329b-9c outbound DHCPDISCOVER", "comp1 tap75e9329b-9c inbound DHCPOFFER"]);
        outcome.Error.ShouldStartWith("PASS: DHCPOFFER came back");
    }

    [Fact]
    public async Task CheckDhcpOnNetwork_NobodyAnswers_IsUnavailable() =>
        (await Cli.RunAsync(new FakeAgents(), "check-dhcp-on-network", Port, "eth0", "vlan")).Code.ShouldBe(69);

    private static FakeAgents Iperf() => new FakeAgents()
        .Answer("comp1", AgentOperations.IperfServe, new IperfServeResult { LeaseId = "l1", Port = 5999, Tool = "iperf3" })
        .Answer("comp1", AgentOperations.LeaseRelease, new LeaseReleaseResult { Released = true })
        .Stream("comp2", AgentOperations.IperfRun, (emit, _) =>
        {
            emit(new IperfInterval { EndSeconds = 1, BitsPerSecond = 9e9 });
            return Task.FromResult(new IperfRunResult
            {
                Protocol = IperfProtocol.Tcp,
                Server = IPAddress.Parse("192.0.2.1"),
                BitsPerSecond = 9_413_215_777.2,
                Bytes = 1 << 30,
                Seconds = 1,
                Retransmits = 7,
                Tool = "iperf3",
            });
        });

    private static string[] Keys(JsonElement one) => [.. one.EnumerateObject().Select(property => property.Name)];
}
