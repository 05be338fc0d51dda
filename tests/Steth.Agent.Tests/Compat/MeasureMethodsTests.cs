using System.Net;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Compat;

public class MeasureMethodsTests
{
    private PingParams? _ping;
    private IperfServeParams? _serve;
    private IperfRunParams? _run;
    private readonly List<string> _released = [];
    private int _servers;

    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    private static OvsPort Port(params string[] interfaces) => new()
    {
        Name = interfaces[0],
        Trunks = [],
        OtherConfig = None,
        Interfaces = [.. interfaces.Skip(interfaces.Length > 1 ? 1 : 0).Select(i => new OvsInterface
        {
            Name = i,
            Type = "",
            ExternalIds = None,
            Options = None,
            Statistics = new Dictionary<string, long>(),
        })],
    };

    private void Map(Dispatcher dispatcher)
    {
        dispatcher.Map(AgentOperations.Ping, (p, _, _, _) =>
        {
            _ping = p;
            return Task.FromResult(new PingResult
            {
                Targets = [.. p.Targets.Select((t, i) => new PingTargetResult
                {
                    Destination = t,
                    Sent = i == 2 ? 0 : 2,
                    Received = 2 - i,
                    LossPercent = i == 2 ? null : 50.0 * i,
                    Reason = i == 2 ? "Network is unreachable" : null,
                })],
            });
        });
        dispatcher.Map(AgentOperations.OvsShow, (_, _, _) => Task.FromResult(new OvsShowResult
        {
            Running = true,
            ExternalIds = None,
            Bridges = [new OvsBridge { Name = "br-ex", DatapathType = "", Ports = [Port("br-ex"), Port("eth3"), Port("bond0", "eth4", "eth5")] }],
        }));
        dispatcher.Map(AgentOperations.IperfServe, (p, _, _) =>
        {
            _serve = p;
            return Task.FromResult(new IperfServeResult { LeaseId = $"lease{++_servers}", Port = p.Port, Tool = "iperf3" });
        });
        dispatcher.Map(AgentOperations.LeaseList, (_, _, _) => Task.FromResult(new LeaseListResult
        {
            Leases = [.. Enumerable.Range(1, _servers).Select(i => new LeaseFacts { LeaseId = $"lease{i}", Covers = "", ExpiresAt = default })],
        }));
        dispatcher.Map(AgentOperations.LeaseRelease, (p, _, _) =>
        {
            _released.Add(p.LeaseId);
            return Task.FromResult(new LeaseReleaseResult { Released = p.LeaseId != "lease2" });
        });
        dispatcher.Map(AgentOperations.IperfRun, (p, _, _, _) =>
        {
            _run = p;
            return Task.FromResult(new IperfRunResult
            {
                Protocol = p.Protocol,
                Server = p.Server,
                BitsPerSecond = 9.41e9,
                Bytes = 11L * 1024 * 1024 * 1024,
                Seconds = 5.0004,
                Tool = "iperf3",
            });
        });
    }

    [Fact]
    public async Task Ping_AnswersLossUnderTheCallersOwnText()
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.CallAsync("ping", """{"ips":["192.0.2.1","2001:DB8::1","198.51.100.1"],"interface":"eth1","boardcast":true}""")).ShouldBe(
            """{"code":0,"message":"198.51.100.1: Network is unreachable","data":{"192.0.2.1":0,"2001:DB8::1":50,"198.51.100.1":100}}""");
        _ping!.Count.ShouldBe(2);
        _ping.TimeoutMs.ShouldBe(2000);
        _ping.Broadcast.ShouldBeTrue();
        _ping.Interface.ToString().ShouldBe("eth1");
    }

    [Fact]
    public async Task Ping_ByPosition_InTheDocumentedOrder()
    {
        await using var server = await CompatServer.StartAsync(Map);
        await server.CallAsync("ping", """[["192.0.2.1"],false,5,"3",null]""");
        _ping!.Targets.ShouldBe([IPAddress.Parse("192.0.2.1")]);
        _ping.Broadcast.ShouldBeFalse();
        _ping.Count.ShouldBe(5);
        _ping.TimeoutMs.ShouldBe(3000);
        _ping.Interface.ShouldBeNull();
    }

    [Theory]
    [InlineData("ping", """["192.0.2.1"]""", "ping: ips: expected an array of strings, not \"192.0.2.1\".")]
    [InlineData("ping", """[["localhost"]]""", "ping: ips: 'localhost' is not an IP address.")]
    [InlineData("ping", """[["192.0.2.1"],1]""", "ping: boardcast: expected true or false, not 1.")]
    [InlineData("ping", """[["192.0.2.1"],false,2,0]""", "ping: timeout: expected 1-60 seconds, not 0.")]
    [InlineData("check_ports_on_br", """["br-ex",["a",5]]""", "check_ports_on_br: ports: expected an array of strings, not [\"a\",5].")]
    [InlineData("setup_iperf_server", """["SCTP"]""", "setup_iperf_server: protocol: expected TCP or UDP, not \"SCTP\".")]
    [InlineData("setup_iperf_server", """["TCP",5001,"big"]""", "setup_iperf_server: window: expected a size such as 64K, not \"big\".")]
    [InlineData("start_iperf_client", """{"host":"192.0.2.1","bandwidth":"-1"}""", "start_iperf_client: bandwidth: expected a rate such as 100M, not \"-1\".")]
    [InlineData("teardown_iperf_server", "[]", "teardown_iperf_server: pid is missing.")]
    public async Task Params_NotWhatTheMethodTakes_AreRefused(string method, string parameters, string message)
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.RefusalAsync(method, parameters)).ShouldBe(message);
    }

    [Fact]
    public async Task CheckPortsOnBr_DefaultsAndNamed_TellWhichAreThere()
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.CallAsync("check_ports_on_br", "[]")).ShouldBe("""{"code":0,"message":"","data":{"eth3":true}}""");
        (await server.CallAsync("check_ports_on_br", """{"ports":["eth4","bond0","eth9"]}""")).ShouldBe(
            """{"code":0,"message":"","data":{"eth4":true,"bond0":true,"eth9":false}}""");
        (await server.CallAsync("check_ports_on_br", """["br-x"]""")).ShouldBe(
            """{"code":1,"message":"There is no bridge 'br-x' on this host; Open vSwitch has br-ex.","data":{}}""");
    }

    [Fact]
    public async Task IperfServer_Pid_IsANumberOfOursAndEndsItsLease()
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.CallAsync("setup_iperf_server", """["udp","5002","64K"]""")).ShouldBe("""{"code":0,"message":"","data":{"pid":1}}""");
        _serve.ShouldBe(new IperfServeParams { Protocol = IperfProtocol.Udp, Port = 5002, WindowBytes = 65536, LeaseSeconds = 3600 });
        (await server.CallAsync("setup_iperf_server", "[]")).ShouldBe("""{"code":0,"message":"","data":{"pid":2}}""");
        (await server.CallAsync("teardown_iperf_server", "[1]")).ShouldBe("""{"code":0,"message":"","data":{}}""");
        (await server.CallAsync("teardown_iperf_server", "[1]")).ShouldBe(
            """{"code":1,"message":"No iperf server with pid 1 was set up here, or it has ended.","data":{}}""");
        (await server.CallAsync("teardown_iperf_server", """{"pid":2}""")).ShouldStartWith("""{"code":1,""");
        (await server.CallAsync("teardown_iperf_server", $"[{Environment.ProcessId}]")).ShouldStartWith("""{"code":1,""");
        _released.ShouldBe(["lease1", "lease2"]);
    }

    [Fact]
    public async Task StartIperfClient_PassesEveryOptionAndSpeaksIperf2()
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.CallAsync("start_iperf_client", """["192.0.2.1","UDP",7,4,"100M",5002]""")).ShouldBe(
            """{"code":0,"message":"","data":{"Bandwidth":"9.41 Gbits/sec","Transfer":"11.0 GBytes","Interval":"0.0- 5.0 sec","server_ip":"192.0.2.1"}}""");
        _run.ShouldBe(new IperfRunParams
        {
            Server = IPAddress.Parse("192.0.2.1"),
            Protocol = IperfProtocol.Udp,
            Seconds = 7,
            Parallel = 4,
            BandwidthBps = 100_000_000,
            Port = 5002,
        });
        await server.CallAsync("start_iperf_client", """{"host":"192.0.2.1"}""");
        _run.ShouldBe(new IperfRunParams { Server = IPAddress.Parse("192.0.2.1") });
    }
}
