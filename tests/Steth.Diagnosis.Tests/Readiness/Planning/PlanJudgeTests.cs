using System.Net;
using System.Text.Json;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Readiness.Planning;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Readiness.Planning;

public class PlanJudgeTests
{
    [Fact]
    public void Judge_AllAsPlanned_Passes()
    {
        var report = PlanJudge.Judge(PlanWorld.Healthy());

        report.Status.ShouldBe(CheckState.Pass);
        report.Findings.ShouldBeEmpty();
        report.Notes.ShouldBeEmpty();
        report.Results.Count.ShouldBe(9);
        report.Results[1].ShouldBe(new PlanResult
        {
            Node = "a",
            Network = "mgmt",
            Address = "192.0.2.1",
            Nic = "eth0",
            Interface = "eth0",
            Prefix = "192.0.2.0/24",
            State = CheckState.Pass,
        });
        report.Cases.Count.ShouldBe(11);
        report.Cases.ShouldAllBe(one => one.State == CheckState.Pass);
    }

    [Fact]
    public void Judge_NicMissing_IsOneFindingForAllNodesWithoutIt()
    {
        var report = Judge(PlanWorld.Node("a", 1).Without("eth1"), PlanWorld.Node("b", 2).Without("eth1"), PlanWorld.Node("c", 3));

        Summaries(report).ShouldBe(["FAIL nic-missing: there is no eth1, the NIC of net, on a and b"]);
        report.Findings[0].Nodes.ShouldBe(["a", "b"]);
        report.Findings[0].Network.ShouldBe("net");
        report.Findings[0].Evidence.ShouldBe(["a has eth0, eth2; 198.51.100.1 is on none of them", "b has eth0, eth2; 198.51.100.2 is on none of them"]);
        Rows(report, CheckState.Fail).ShouldBe(["a net: there is no eth1", "b net: there is no eth1"]);
    }

    [Fact]
    public void Judge_NicMissingAddressElsewhere_SaysWhere() =>
        Judge(PlanWorld.Node("a", 1).Without("eth1").With(PlanWorld.Device("eno1", "198.51.100.1/24"))).Findings.ShouldHaveSingleItem()
            .Evidence.ShouldBe(["a has eth0, eth2, eno1; 198.51.100.1 is on eno1"]);

    [Theory]
    [InlineData("eth1", "net", "b lacks 198.51.100.2; eth1 has 198.51.100.9/24")]
    [InlineData(null, "net", "b lacks 198.51.100.2")]
    public void Judge_AddressMissing_SaysWhatTheNicHas(string? nic, string network, string evidence)
    {
        var report = Judge(
            PlanWorld.Node("a", 1, nic), PlanWorld.Node("b", 2, nic).With(PlanWorld.Device("eth1", "198.51.100.9/24")), PlanWorld.Node("c", 3, nic));

        Summaries(report).ShouldBe([$"FAIL address-missing: the address of {network} is on no interface of b"]);
        report.Findings[0].Evidence.ShouldBe([evidence]);
    }

    [Fact]
    public void Judge_AddressOnOtherNic_NamesBoth()
    {
        var report = Judge(PlanWorld.Node("a", 1).With(PlanWorld.Device("eth1"), PlanWorld.Device("eth2", "198.51.100.1/24")), PlanWorld.Node("b", 2));

        Summaries(report).ShouldBe(["FAIL address-on-other-nic: the address of net is on eth2 instead of eth1 on a"]);
        report.Findings[0].Evidence.ShouldBe(["a: eth2 has 198.51.100.1, eth1 has none"]);
    }

    [Fact]
    public void Judge_AddressAboveTheNic_IsAsPlanned()
    {
        InterfaceFacts Above(string name, string kind) => PlanWorld.Device(name, "198.51.100.1/24") with { Kind = kind };
        var plain = PlanWorld.Node("a", 1).With(PlanWorld.Device("eth1"));

        Judge(plain.With(Above("eth1.50", "vlan") with { Link = "eth1" })).Findings.ShouldBeEmpty();
        Judge(plain.With(Above("bond0", "bond"), PlanWorld.Device("eth1") with { Master = "bond0" })).Findings.ShouldBeEmpty();
        Judge(plain.With(
            Above("br0", "bridge"), PlanWorld.Device("bond0.7") with { Link = "bond0", Master = "br0" }, PlanWorld.Device("bond0"),
            PlanWorld.Device("eth1") with { Master = "bond0" })).Findings.ShouldBeEmpty();
        Judge(plain.With(PlanWorld.Device("br-ex", "198.51.100.1/24") with { OvsBridge = "br-ex" }, PlanWorld.Device("eth1") with { OvsBridge = "br-ex" }))
            .Findings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("br-mgmt", "br-eth1", true)]
    [InlineData("br-mgmt", "br-int", false)]
    public void Judge_AddressOnAPatchedBridge_IsAsPlannedUnlessThroughBrInt(string bridge, string middle, bool planned)
    {
        OvsPort Patch(string name, string peer) => new()
        {
            Name = name,
            Trunks = [],
            OtherConfig = new Dictionary<string, string>(),
            Interfaces =
            [
                new OvsInterface
                {
                    Name = name,
                    Type = "patch",
                    ExternalIds = new Dictionary<string, string>(),
                    Options = new Dictionary<string, string> { ["peer"] = peer },
                    Statistics = new Dictionary<string, long>(),
                },
            ],
        };
        var ovs = new OvsShowResult
        {
            Running = true,
            ExternalIds = new Dictionary<string, string>(),
            Bridges =
            [
                new OvsBridge { Name = bridge, DatapathType = "", Ports = [Patch("p1", "p2")] },
                new OvsBridge { Name = middle, DatapathType = "", Ports = [Patch("p2", "p1"), Patch("p3", "p4")] },
                new OvsBridge { Name = "br-out", DatapathType = "", Ports = [Patch("p4", "p3")] },
            ],
        };
        var node = PlanWorld.Node("a", 1).With(
            PlanWorld.Device(bridge, "198.51.100.1/24") with { OvsBridge = bridge }, PlanWorld.Device("eth1") with { OvsBridge = "br-out" });

        Judge(node with { Ovs = ovs }).Status.ShouldBe(planned ? CheckState.Pass : CheckState.Fail);
    }

    [Fact]
    public void Judge_AddressOnAnotherNode_NamesHolderAndOwner()
    {
        var report = Judge(PlanWorld.Node("a", 1), PlanWorld.Node("b", 2).With(PlanWorld.Device("eth2", "198.51.100.1/24", "127.0.0.2/8")));

        Summaries(report).ShouldBe(["FAIL address-on-other-node: 198.51.100.1, a's address of net, is on b"]);
        report.Findings[0].Nodes.ShouldBe(["a", "b"]);
        report.Findings[0].Evidence.ShouldBe(["b: eth2 has 198.51.100.1/24"]);
    }

    [Fact]
    public void Judge_SilentNode_IsUnknownAndUnreachable()
    {
        var report = Judge(PlanWorld.Node("a", 1), PlanWorld.Silent("b", 2));

        report.Status.ShouldBe(CheckState.Unknown);
        report.Findings.ShouldBeEmpty();
        report.Unreachable.ShouldBe([new UnreachableHost("b", "No agent listens on 192.0.2.2:9698.")]);
        Rows(report, CheckState.Unknown).ShouldBe(
            ["b : No agent listens on 192.0.2.2:9698.", "b mgmt: its agent does not answer", "b net: its agent does not answer"]);
    }

    [Fact]
    public void Judge_InterfacesNotRead_IsUnknown()
    {
        var report = Judge(PlanWorld.Node("a", 1) with { Interfaces = null, Problem = "'ip' is missing." }, PlanWorld.Node("b", 2));

        Summaries(report).ShouldBe(["UNKNOWN interfaces-unknown: the interfaces of a could not be read"]);
        report.Findings[0].Evidence.ShouldBe(["a: 'ip' is missing."]);
        report.Unreachable.ShouldBeEmpty();
        report.Status.ShouldBe(CheckState.Unknown);
    }

    [Fact]
    public void Judge_NodeOfAnotherName_IsNamed()
    {
        var report = Judge(PlanWorld.Node("a", 1), PlanWorld.Node("b", 2) with { Info = PlanWorld.Info("x.example.org") });

        Summaries(report).ShouldBe(["FAIL host-name-differs: the host at b's address 192.0.2.2 calls itself x.example.org"]);
        Rows(report, CheckState.Fail).ShouldBe(["b : the host at b's address 192.0.2.2 calls itself x.example.org"]);
    }

    [Fact]
    public void Judge_NodesExchanged_AreBothNamed() =>
        Summaries(Judge(
            PlanWorld.Node("a", 1) with { Info = PlanWorld.Info("b.example.org", 1) }, PlanWorld.Node("b", 2) with { Info = PlanWorld.Info("a", 2) }))
            .ShouldBe(["FAIL host-name-differs: b answers at a's address 192.0.2.1", "FAIL host-name-differs: a answers at b's address 192.0.2.2"]);

    [Theory]
    [InlineData("A", null)]
    [InlineData("a.example.org", null)]
    [InlineData("x", "a.example.org")]
    public void Judge_NodeOfItsNameInAnotherForm_IsAsPlanned(string host, string? neutronHost) =>
        Judge(PlanWorld.Node("a", 1) with { Info = PlanWorld.Info(host) with { NeutronHost = neutronHost } }, PlanWorld.Node("b", 2))
            .Findings.ShouldBeEmpty();

    [Fact]
    public void Judge_NamesThatAreNoHostNames_AreNotCompared()
    {
        var report = Judge(
            PlanWorld.Node("server-1", 1) with { Info = PlanWorld.Info("x1", 1) }, PlanWorld.Node("server-2", 2) with { Info = PlanWorld.Info("x2", 2) });

        report.Status.ShouldBe(CheckState.Pass);
        report.Notes.ShouldBe(["the names of steth.conf are no host names (server-1 calls itself x1); whether the right hosts answer was not compared"]);
    }

    [Fact]
    public void Judge_TwoNodesOneAgent_AreOneHost()
    {
        var report = Judge(PlanWorld.Node("a", 1), PlanWorld.Node("b", 2) with { Info = PlanWorld.Info("a", 1) }, PlanWorld.Node("c", 3));

        Summaries(report)[0].ShouldBe("FAIL node-twice: a and b are one host: the same agent answers at 192.0.2.1:9698 and 192.0.2.2:9698");
    }

    [Fact]
    public void Judge_SameAddressTwiceOnANode_Overlaps()
    {
        var node = PlanWorld.Node("a", 1) with
        {
            Addresses = [new PlanAddress("mgmt", IPAddress.Parse("192.0.2.1"), "eth0"), new PlanAddress("net", IPAddress.Parse("192.0.2.1"), "eth0")],
        };

        Summaries(Judge(node)).ShouldBe(["FAIL networks-overlap: mgmt and net are the same address on a"]);
    }

    [Fact]
    public void Judge_PrefixInAnother_Overlaps()
    {
        var wide = PlanWorld.Node("a", 1).With(PlanWorld.Device("eth1", "198.51.100.1/0"));
        var report = Judge(wide);

        Summaries(report).ShouldBe(["FAIL networks-overlap: mgmt and net overlap: 192.0.2.0/24 and 0.0.0.0/0"]);
        report.Findings[0].Evidence.ShouldBe(["mgmt of a: eth0 has 192.0.2.1 in 192.0.2.0/24; net of a: eth1 has 198.51.100.1 in 0.0.0.0/0"]);
        report.Cases[0].ShouldBe(
            new CheckCase("configuration", "networks do not overlap", CheckState.Fail, "mgmt and net overlap: 192.0.2.0/24 and 0.0.0.0/0"));
    }

    [Fact]
    public void Judge_PrefixLengthsDiffer_NamesTheFewer() =>
        Summaries(Judge(PlanWorld.Node("a", 1), PlanWorld.Node("b", 2), PlanWorld.Node("c", 3).With(PlanWorld.Device("eth1", "198.51.100.3/16"))))
            .ShouldBe(["FAIL prefix-differs: on net, c is in 198.51.0.0/16, a and b in 198.51.100.0/24"]);

    [Fact]
    public void Judge_OneNodeOutsideThePrefix_IsNamed() =>
        Summaries(Judge(PlanWorld.Node("a", 1), PlanWorld.Node("b", 2), OnNet("c", 3, "203.0.113.3/24")))
            .ShouldBe(["FAIL address-outside-prefix: on net, c is outside 198.51.100.0/24, where a and b are"]);

    [Fact]
    public void Judge_RacksWithAPrefixEach_AreANote()
    {
        var report = Judge(
            PlanWorld.Node("a", 1), PlanWorld.Node("b", 2), OnNet("c", 3, "203.0.113.3/24"), OnNet("d", 4, "203.0.113.4/24"));

        report.Status.ShouldBe(CheckState.Pass);
        report.Notes.ShouldBe(["net has 2 prefixes, 198.51.100.0/24, 203.0.113.0/24: its nodes are behind routers"]);
    }

    [Fact]
    public void Judge_RoutedHosts_HaveNoNeighbours() =>
        Judge(OnNet("a", 1, "198.51.100.1/32"), OnNet("b", 2, "203.0.113.2/32")).Status.ShouldBe(CheckState.Pass);

    [Fact]
    public void Judge_Stranger_IsNotInTheFile()
    {
        var report = PlanJudge.Judge(PlanWorld.Healthy() with
        {
            Strangers = [Stranger("192.0.2.9", "d", "a (tunnel)", "b (neighbour)"), Stranger("198.51.100.9", "d", "b (tunnel)")],
            AddressesAsked = 64,
            AddressesLeft = 6,
        });

        Summaries(report).ShouldBe(["FAIL node-not-in-file: d answers at 192.0.2.9 and 198.51.100.9 and is not in steth.conf"]);
        report.Findings[0].Evidence[0].ShouldBe("192.0.2.9: steth-agent 0.1.0 on d; known by a (tunnel), b (neighbour)");
        report.Notes.ShouldBe(["nodes know 70 addresses that are not in steth.conf; 64 of them were asked whether an agent is there"]);
        report.Cases[1].State.ShouldBe(CheckState.Fail);
    }

    [Fact]
    public void Judge_SilentNodeAnswersElsewhere_HasMoved()
    {
        var evidence = PlanWorld.Of(PlanWorld.Node("a", 1), PlanWorld.Silent("b", 2)) with { Strangers = [Stranger("192.0.2.9", "b.example.org", "a (tunnel)")] };

        Summaries(PlanJudge.Judge(evidence)).ShouldBe(["FAIL node-at-other-address: b is silent at 192.0.2.2, and answers at 192.0.2.9"]);
    }

    [Fact]
    public void Judge_NoFile_LooksForNobody() =>
        PlanJudge.Judge(PlanWorld.Healthy() with { Strangers = null }).Cases.Count.ShouldBe(10);

    [Fact]
    public void Json_Report_HasTheSharedShape()
    {
        var json = JsonSerializer.SerializeToElement(Judge(PlanWorld.Node("a", 1).Without("eth1")), PlanReportJson.Default.PlanReport);

        json.EnumerateObject().Select(member => member.Name)
            .ShouldBe(["schema", "check", "status", "results", "findings", "unreachable", "notes", "took_ms"]);
        json.GetProperty("status").GetString().ShouldBe("fail");
        json.GetProperty("results")[2].EnumerateObject().Select(member => member.Name)
            .ShouldBe(["node", "network", "address", "nic", "interface", "prefix", "state", "reason"]);
        json.GetProperty("results")[2].GetProperty("state").GetString().ShouldBe("FAIL");
        json.GetProperty("findings")[0].EnumerateObject().Select(member => member.Name)
            .ShouldBe(["id", "state", "summary", "nodes", "network", "evidence", "remedy"]);
    }

    private static PlanReport Judge(params PlanNode[] nodes) => PlanJudge.Judge(PlanWorld.Of(nodes));

    private static string[] Summaries(PlanReport report) => [.. report.Findings.Select(f => $"{f.State.ToText()} {f.Id}: {f.Summary}")];

    private static string[] Rows(PlanReport report, CheckState state) =>
        [.. report.Results.Where(row => row.State == state).Select(row => $"{row.Node} {row.Network}: {row.Reason}")];

    private static PlanNode OnNet(string name, int last, string address)
    {
        var node = PlanWorld.Node(name, last);
        return (node with { Addresses = [node.Addresses[0], new PlanAddress("net", IPAddress.Parse(address.Split('/')[0]), "eth1")] })
            .With(PlanWorld.Device("eth1", address));
    }

    private static PlanStranger Stranger(string address, string host, params string[] knownBy) =>
        new(IPAddress.Parse(address), host, "0.1.0", knownBy);
}
