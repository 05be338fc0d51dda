using System.Text.Json;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Pcap;

namespace Steth.Cli.Tests.Commands;

public sealed class CommandTests
{
    private const string Port = "75e9329b-9c4b-4a7d-b1f2-0123456789ab";

    [Theory]
    [InlineData("agents")]
    [InlineData("print-agents-info")]
    public async Task Agents_OneIsDown_IsARowWithItsReasonAndFails(string command)
    {
        var agents = new FakeAgents().Answer("comp1", AgentOperations.AgentInfo, Answers.Info("comp1"));

        var outcome = await Cli.RunAsync(agents, command, "-f", "json");

        outcome.Code.ShouldBe(1);
        var rows = JsonDocument.Parse(outcome.Out).RootElement;
        Keys(rows[0]).ShouldBe(["name", "address", "status", "version", "rtt_ms", "reason", "mgmt", "net"]);
        rows[0].GetProperty("status").GetString().ShouldBe("up");
        rows[0].GetProperty("version").GetString().ShouldBe("0.1.0");
        rows[0].GetProperty("rtt_ms").ValueKind.ShouldBe(JsonValueKind.Number);
        rows[0].GetProperty("reason").ValueKind.ShouldBe(JsonValueKind.Null);
        rows[0].GetProperty("net").GetString().ShouldBe("198.51.100.1");
        rows[1].GetProperty("name").GetString().ShouldBe("comp2");
        rows[1].GetProperty("status").GetString().ShouldBe("down");
        rows[1].GetProperty("rtt_ms").ValueKind.ShouldBe(JsonValueKind.Null);
        rows[1].GetProperty("reason").GetString().ShouldBe("No agent listens on 192.0.2.2:9698.");
    }

    [Fact]
    public async Task Agents_AllUp_IsFine()
    {
        var agents = new FakeAgents()
            .Answer("comp1", AgentOperations.AgentInfo, Answers.Info("comp1")).Answer("comp2", AgentOperations.AgentInfo, Answers.Info("comp2"));

        var outcome = await Cli.RunAsync(agents, "-v", "agents", "-c", "name", "-c", "Status", "-f", "value");

        outcome.Code.ShouldBe(0);
        outcome.Out.ShouldBe("comp1 up\ncomp2 up\n");
        outcome.Error.ShouldContain("comp1 agent.info ");
    }

    [Fact]
    public async Task GetInterface_Interface_KeepsTheOriginalsFieldsFirst()
    {
        var agents = new FakeAgents().Answer("comp1", AgentOperations.InterfaceList, new InterfaceListResult { Interfaces = [Answers.Interface("eth0")] });

        var outcome = await Cli.RunAsync(agents, "get-interface", "comp1", "eth0", "-f", "json");

        outcome.Code.ShouldBe(0);
        var one = JsonDocument.Parse(outcome.Out).RootElement;
        Keys(one).ShouldBe(
        [
            "name", "state", "inet", "netmask", "broadcast", "ether", "addresses", "carrier", "oper_state", "kind", "mtu", "speed_mbps", "duplex", "master",
            "ovs_bridge", "link", "vlan_id", "bond_mode", "index", "rx_bytes", "rx_packets", "rx_errors", "rx_dropped", "tx_bytes", "tx_packets", "tx_errors",
            "tx_dropped",
        ]);
        one.GetProperty("netmask").GetString().ShouldBe("255.255.240.0");
        one.GetProperty("addresses").EnumerateArray().Select(a => a.GetString()).ShouldBe(["192.0.2.1/20", "fe80::1/64"]);
        one.GetProperty("rx_bytes").ValueKind.ShouldBe(JsonValueKind.Null);
        agents.Calls.ShouldBe(["""comp1 interface.list {"interface":"eth0","namespace":null}"""]);
    }

    [Fact]
    public async Task Interfaces_Node_ListsThem()
    {
        var agents = new FakeAgents().Answer("comp1", AgentOperations.InterfaceList, new InterfaceListResult { Interfaces = [Answers.Interface("eth0")] });

        var outcome = await Cli.RunAsync(agents, "interfaces", "192.0.2.1", "-f", "csv");

        outcome.Out.ShouldBe("""
            name,state,carrier,kind,ether,mtu,speed_mbps,master,ovs_bridge,addresses
            eth0,UP,true,,fa:16:3e:00:00:01,1500,10000,,,"192.0.2.1/20,fe80::1/64"

            """);
    }

    [Fact]
    public async Task SetupLink_WithoutFlush_KeepsTheOtherAddresses()
    {
        var agents = new FakeAgents().Answer(
            "comp1", AgentOperations.InterfaceSetup, new InterfaceSetupResult { Interface = "eth0", Address = InterfaceAddress.Parse("192.0.2.7/24"), Added = true });

        var outcome = await Cli.RunAsync(agents, "setup-link", "comp1", "eth0", "192.0.2.7/24", "-f", "value");

        outcome.ShouldBe(new Outcome(0, "eth0\n192.0.2.7/24\ntrue\n", ""));
        agents.Calls.ShouldBe(["""comp1 interface.setup {"interface":"eth0","cidr":"192.0.2.7/24","flush":false,"force":false,"lease_seconds":null,"confirm_seconds":60}"""]);
    }

    [Fact]
    public async Task SetupLink_OfAnInterfaceInUse_IsConfirmed()
    {
        var agents = new FakeAgents()
            .Answer("comp1", AgentOperations.InterfaceSetup, new InterfaceSetupResult
            {
                Interface = "eth0",
                Address = InterfaceAddress.Parse("192.0.2.7/24"),
                Added = true,
                LeaseId = "abc",
                ConfirmWithinSeconds = 5,
            })
            .Answer("comp1", AgentOperations.InterfaceConfirm, new InterfaceConfirmResult { Covers = "address 192.0.2.7/24 on eth0" });

        var outcome = await Cli.RunAsync(agents, "setup-link", "comp1", "eth0", "192.0.2.7/24", "--flush", "--force", "--confirm-within", "5", "-f", "value");

        outcome.ShouldBe(new Outcome(0, "eth0\n192.0.2.7/24\ntrue\n", ""));
        agents.Calls.ShouldBe(
        [
            """comp1 interface.setup {"interface":"eth0","cidr":"192.0.2.7/24","flush":true,"force":true,"lease_seconds":null,"confirm_seconds":5}""",
            """comp1 interface.confirm {"lease_id":"abc"}""",
        ]);
    }

    [Fact]
    public async Task SetupLink_AgentCannotBeReachedAfterIt_SaysThatItIsUndone()
    {
        var agents = new FakeAgents().Answer("comp1", AgentOperations.InterfaceSetup, new InterfaceSetupResult
        {
            Interface = "eth0",
            Address = InterfaceAddress.Parse("192.0.2.7/24"),
            Added = true,
            LeaseId = "abc",
            ConfirmWithinSeconds = 1,
        });

        var outcome = await Cli.RunAsync(agents, "setup-link", "comp1", "eth0", "192.0.2.7/24", "--confirm-within", "1");

        outcome.Code.ShouldBe(69);
        outcome.Out.ShouldBeEmpty();
        outcome.Error.ShouldStartWith("steth: comp1: After the change the agent could not be reached any more, and so undoes it: ");
    }

    [Fact]
    public async Task TeardownLink_Interface_SaysWhatIsGone()
    {
        var agents = new FakeAgents().Answer("comp1", AgentOperations.InterfaceTeardown, new InterfaceTeardownResult { Interface = "eth0.7" });

        (await Cli.RunAsync(agents, "teardown-link", "comp1", "eth0.7", "-f", "value")).ShouldBe(new Outcome(0, "eth0.7\ntrue\n", ""));
    }

    [Fact]
    public async Task AddVlan_DeviceThereAlready_SaysSo()
    {
        var agents = new FakeAgents().Answer("comp1", AgentOperations.VlanAdd, new VlanAddResult { Interface = "eth0.7", Created = false });

        var outcome = await Cli.RunAsync(agents, "add-vlan-to-interface", "comp1", "eth0", "7");

        outcome.Code.ShouldBe(0);
        outcome.Out.ShouldContain("no, it was there");
        agents.Calls.ShouldBe(["""comp1 vlan.add {"interface":"eth0","vlan_id":7,"lease_seconds":null}"""]);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public async Task Ping_SomeAnswersOfTwo_FailsOnlyWithoutAny(int received, int code)
    {
        var agents = new FakeAgents().Answer("comp1", AgentOperations.Ping, new PingResult { Targets = [Answers.Target("192.0.2.9", 2, received)] });

        var outcome = await Cli.RunAsync(agents, "ping", "comp1", "192.0.2.9", "-f", "json");

        outcome.Code.ShouldBe(code);
        var row = JsonDocument.Parse(outcome.Out).RootElement[0];
        Keys(row).ShouldBe(["destination", "sent", "received", "loss_percent", "rtt_avg_ms", "reason"]);
        row.GetProperty("loss_percent").GetDouble().ShouldBe(50 * (2 - received));
    }

    [Fact]
    public async Task Ping_NothingCouldBeSent_IsUndecided()
    {
        var agents = new FakeAgents().Answer(
            "comp1", AgentOperations.Ping, new PingResult { Targets = [Answers.Target("192.0.2.8", 2, 2), Answers.Target("192.0.2.9", 0, 0, "Network is unreachable")] });

        (await Cli.RunAsync(agents, "ping", "comp1", "192.0.2.8,192.0.2.9")).Code.ShouldBe(2);
    }

    [Fact]
    public async Task Ping_Options_ReachTheAgent()
    {
        var agents = new FakeAgents().Answer("comp1", AgentOperations.Ping, new PingResult { Targets = [] });

        await Cli.RunAsync(
            agents, "--timeout", "9", "ping", "comp1", "192.0.2.8,2001:db8::1", "--count", "3", "--timeout", "0.5", "--interface", "eth1", "--size", "1472", "--dont-fragment");

        agents.Calls.ShouldBe(
        [
            """comp1 icmp.ping {"targets":["192.0.2.8","2001:db8::1"],"count":3,"interval_ms":200,"timeout_ms":500,"size":1472,"dont_fragment":true,"broadcast":false,"interface":"eth1","namespace":null}""",
        ]);
    }

    [Fact]
    public async Task Ports_OneAgentIsSilent_ListsTheRestAndIsUndecided()
    {
        var agents = new FakeAgents().Answer(
            "comp1", AgentOperations.OvsShow, Answers.Ovs(Answers.OvsPort("tap75e9329b-9c", portId: Port, tag: 4095), Answers.OvsPort("qr-1", "internal", Guid.NewGuid().ToString())));

        var outcome = await Cli.RunAsync(agents, "ports", "-f", "csv");

        outcome.Code.ShouldBe(2);
        outcome.Out.ShouldBe($"""
            id,host,device,mac,role,plug,bridge,tag,network_type,physical_network,segmentation_id,network_id
            {Port},comp1,tap75e9329b-9c,fa:16:3e:00:00:02,guest,native,br-int,4095,vlan,physnet1,101,

            """);
        outcome.Error.ShouldContain("comp2: No agent listens on 192.0.2.2:9698.");
    }

    [Fact]
    public async Task Ports_NobodyAnswers_IsUnavailable() => (await Cli.RunAsync(new FakeAgents(), "ports")).Code.ShouldBe(69);

    [Theory]
    [InlineData("tap1", 0)]
    [InlineData("tap1,tap2", 1)]
    public async Task CheckPortsOnBr_Ports_FailsWhenOneIsMissing(string ports, int code)
    {
        var agents = new FakeAgents().Answer("comp1", AgentOperations.OvsShow, Answers.Ovs(Answers.OvsPort("tap1")));

        var outcome = await Cli.RunAsync(agents, "check-ports-on-br", "comp1", "br-int", ports, "-f", "json");

        outcome.Code.ShouldBe(code);
        var rows = JsonDocument.Parse(outcome.Out).RootElement;
        Keys(rows[0]).ShouldBe(["port", "exists"]);
        rows[0].GetProperty("exists").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData(OperationErrorCode.NoSuchDevice, 1, 1)]
    [InlineData(OperationErrorCode.InvalidParams, 1, 1)]
    [InlineData(OperationErrorCode.PermissionDenied, 2, 1)]
    [InlineData(OperationErrorCode.ToolFailed, 2, 1)]
    [InlineData(OperationErrorCode.Busy, 2, 1)]
    [InlineData(OperationErrorCode.ToolMissing, 2, 2)]
    [InlineData(OperationErrorCode.Timeout, 2, 2)]
    [InlineData(OperationErrorCode.InternalError, 2, 2)]
    [InlineData(OperationErrorCode.MethodNotFound, 2, 2)]
    public async Task Run_AgentRefuses_IsASentenceAndACode(OperationErrorCode error, int looking, int changing)
    {
        var agents = new FakeAgents()
            .Refuse("comp1", AgentOperations.InterfaceList, error, "No.").Refuse("comp1", AgentOperations.InterfaceTeardown, error, "No.");

        (await Cli.RunAsync(agents, "interfaces", "comp1")).ShouldBe(new Outcome(looking, "", "steth: comp1: No.\n"));
        (await Cli.RunAsync(agents, "teardown-link", "comp1", "eth0")).ShouldBe(new Outcome(changing, "", "steth: comp1: No.\n"));
    }

    [Theory]
    [InlineData("interfaces 192.0.2.7")]
    [InlineData("get-interface 192.0.2.7 eth0")]
    [InlineData("setup-link 192.0.2.7 eth0 192.0.2.8/24")]
    [InlineData("teardown-link 192.0.2.7 eth0")]
    [InlineData("add-vlan-to-interface 192.0.2.7 eth0 7")]
    [InlineData("ping 192.0.2.7 192.0.2.8")]
    [InlineData("check-ports-on-br 192.0.2.7 br-int tap1")]
    [InlineData("capture 192.0.2.7 eth0")]
    public async Task Run_OnlyAgentIsSilent_IsUnavailable(string line)
    {
        var outcome = await Cli.RunAsync(new FakeAgents(), null, TestContext.Current.CancellationToken, line.Split(' '));

        outcome.ShouldBe(new Outcome(69, "", "steth: 192.0.2.7: No agent listens on 192.0.2.7:9698.\n"));
    }

    [Fact]
    public async Task Run_Interrupted_Is130()
    {
        using var stop = new CancellationTokenSource();
        var agents = new FakeAgents().Stream("comp1", AgentOperations.Ping, async (_, cancellationToken) =>
        {
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return new PingResult { Targets = [] };
        });

        (await Cli.RunAsync(agents, Cli.TwoNodes, stop.Token, "ping", "comp1", "192.0.2.9")).ShouldBe(new Outcome(130, "", ""));
    }

    [Fact]
    public async Task Capture_Frames_AreALineEach()
    {
        var agents = new FakeAgents().Stream("comp1", AgentOperations.CaptureRun, (emit, _) => Task.FromResult(Frames(emit, dropped: 3)));

        var outcome = await Cli.RunAsync(agents, "capture", "comp1", "eth0", "udp port 67", "--seconds", "2");

        outcome.Code.ShouldBe(0);
        outcome.Out.ShouldBe("""
            00:00:01.500000 in  ARP who-has 192.0.2.1
            00:00:02.000000 out evil�[2J

            """);
        outcome.Error.ShouldBe("2 frames on comp1:eth0\n3 more were dropped by the node's kernel before they could be read\n");
        agents.Calls[0].ShouldContain("\"filter\":\"udp port 67\",\"seconds\":2,\"max_frames\":1000,\"snap_length\":1024");
    }

    [Fact]
    public async Task Capture_InterruptedWhileWriting_LeavesACompleteFile()
    {
        var path = Path.Combine(Path.GetTempPath(), $"steth-{Guid.NewGuid():N}.pcapng");
        using var stop = new CancellationTokenSource();
        var agents = new FakeAgents().Stream("comp1", AgentOperations.CaptureRun, async (emit, cancellationToken) =>
        {
            var result = Frames(emit, dropped: 0);
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return result;
        });
        try
        {
            var outcome = await Cli.RunAsync(agents, Cli.TwoNodes, stop.Token, "capture", "comp1", "eth0", "--namespace", "qdhcp-1", "-w", path);

            outcome.ShouldBe(new Outcome(0, "", "2 frames on comp1:eth0, ended early\n"));
            var file = PcapFile.Read(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
            file.Truncated.ShouldBeFalse();
            file.Interfaces[0].Name.ShouldBe("comp1:qdhcp-1/eth0");
            file.Frames.Count.ShouldBe(2);
            file.Frames[0].Direction.ShouldBe(PcapDirection.Inbound);
            file.Frames[1].Data.ToArray().ShouldBe(new byte[] { 4, 5 });
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Config_Show_ListsTheNodes()
    {
        var outcome = await Cli.RunAsync(new FakeAgents(), "-q", "config", "show", "-f", "value");

        outcome.ShouldBe(new Outcome(0, "comp1 None 192.0.2.1:9698 192.0.2.1 198.51.100.1\ncomp2 None 192.0.2.2:9698 192.0.2.2 198.51.100.2\n", ""));
    }

    [Fact]
    public async Task Config_CheckOfAGoodFile_IsFine() =>
        (await Cli.RunAsync(new FakeAgents(), "config", "check", "-f", "json")).ShouldBe(new Outcome(0, "[]\n", "steth.conf: 2 nodes, nothing wrong\n"));

    [Fact]
    public async Task Config_CheckOfABrokenFile_ListsEveryProblemAndFails()
    {
        var outcome = await Cli.RunAsync(
            new FakeAgents(), "[nodes]\ncomp1 = 300.0.0.1\n", TestContext.Current.CancellationToken, "config", "check", "-f", "json");

        outcome.Code.ShouldBe(1);
        var row = JsonDocument.Parse(outcome.Out).RootElement[0];
        Keys(row).ShouldBe(["file", "line", "key", "message"]);
        row.GetProperty("line").GetInt32().ShouldBe(2);
    }

    private static CaptureRunResult Frames(Action<CaptureEvent> emit, long dropped)
    {
        emit(new CaptureEvent { Listening = true });
        emit(new CaptureEvent { Frame = Frame(1.5, FrameDirection.In, "ARP who-has 192.0.2.1", [1, 2, 3]) });
        emit(new CaptureEvent { Frame = Frame(2, FrameDirection.Out, "evil\u001b[2J", [4, 5]) });
        return new CaptureRunResult { Points = [new CapturePointCount { Device = "eth0", Frames = 2, Dropped = dropped }] };
    }

    private static CapturedFrame Frame(double at, FrameDirection direction, string summary, byte[] data) => new()
    {
        Point = 0,
        At = DateTimeOffset.UnixEpoch.AddSeconds(at),
        Direction = direction,
        Length = 60,
        Data = data,
        Summary = summary,
    };

    private static string[] Keys(JsonElement one) => [.. one.EnumerateObject().Select(property => property.Name)];
}
