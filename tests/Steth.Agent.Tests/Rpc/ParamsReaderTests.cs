using System.Text.Json;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Rpc;

public class ParamsReaderTests
{
    private static string Fault<TParams, TResult>(Operation<TParams, TResult> operation, string json)
        where TParams : notnull
        where TResult : notnull
    {
        var e = Should.Throw<OperationException>(() => ParamsReader.Read(JsonElement.Parse(json), operation.ParamsType));
        e.Code.ShouldBe(OperationErrorCode.InvalidParams);
        return e.Message;
    }

    [Theory]
    [InlineData("""{"interface":"eth1","vlan_id":5}""")]
    [InlineData("""[{"vlan_id":5,"interface":"eth1","lease_seconds":null}]""")]
    public void Read_ObjectOrArrayOfOneObject_IsTaken(string json)
    {
        var read = ParamsReader.Read(JsonElement.Parse(json), AgentOperations.VlanAdd.ParamsType);
        read.Interface.ToString().ShouldBe("eth1");
        read.VlanId.Value.ShouldBe((ushort)5);
        read.LeaseSeconds.ShouldBeNull();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[{}]")]
    public void Read_NothingWhereAllIsOptional_GivesDefaults(string json) =>
        ParamsReader.Read(JsonElement.Parse(json), AgentOperations.IperfServe.ParamsType).Port.ShouldBe(5001);

    [Fact]
    public void Read_Absent_GivesDefaults() => ParamsReader.Read(default, AgentOperations.LeaseList.ParamsType).ShouldBe(new LeaseListParams());

    [Theory]
    [InlineData("""["eth1",5]""")]
    [InlineData("[{},{}]")]
    public void Read_SeveralByPosition_IsRefused(string json) =>
        Fault(AgentOperations.VlanAdd, json).ShouldBe("params: this operation takes its parameters by name; expected an object, or an array of one object.");

    [Theory]
    [InlineData("{}", "interface is missing; vlan_id is missing.")]
    [InlineData("""{"interface":"eth1","vlan_id":4095}""", "vlan_id: expected a VLAN id, 1-4094.")]
    [InlineData("""{"interface":"eth1","vlan_id":5,"lease":1}""", "unknown member 'lease' (known: interface, vlan_id, lease_seconds).")]
    [InlineData("""{"interface":"-rf","vlan_id":5,"lease_seconds":"x"}""", "interface: '-rf' is not a network device name; expected 1-15 characters without spaces or '/', not starting with '-'; lease_seconds: expected a whole number, not \"x\".")]
    [InlineData("""{"interface":null,"vlan_id":5}""", "interface: expected a string, not null.")]
    [InlineData("""{"interface":[],"vlan_id":5}""", "interface: expected a string (DeviceName).")]
    public void Read_VlanAdd_NamesEveryFault(string json, string message) => Fault(AgentOperations.VlanAdd, json).ShouldBe(message);

    [Theory]
    [InlineData("""{"points":[{"device":"a"},{"devise":"b"}]}""", "points[1].device is missing; unknown member 'points[1].devise' (known: device, namespace).")]
    [InlineData("""{"points":["eth0"]}""", "points[0]: expected an object, not \"eth0\".")]
    [InlineData("""{"points":{}}""", "points: expected an array, not an object.")]
    [InlineData("""{"points":[],"seconds":1.5}""", "seconds: expected a whole number, not 1.5.")]
    [InlineData("""{"points":[],"seconds":99999999999}""", "seconds: expected a whole number, not 99999999999.")]
    [InlineData("""{"points":[],"filter":5}""", "filter: expected a string, not 5.")]
    public void Read_Capture_NamesThePathOfTheFault(string json, string message) => Fault(AgentOperations.CaptureRun, json).ShouldBe(message);

    [Theory]
    [InlineData("""{"protocol":"sctp"}""", "protocol: expected one of \"tcp\", \"udp\", not \"sctp\".")]
    [InlineData("""{"protocol":-1}""", "protocol: expected one of \"tcp\", \"udp\", not -1.")]
    [InlineData("""{"protocol":1}""", "protocol: expected one of \"tcp\", \"udp\", not 1.")]
    [InlineData("""{"bind_address":"300.1.1.1"}""", "bind_address: ")]
    public void Read_IperfServe_SaysWhatIsExpected(string json, string message) => Fault(AgentOperations.IperfServe, json).ShouldStartWith(message);

    [Fact]
    public void Read_Guid_SaysWhatIsExpected() => Fault(AgentOperations.PortWiring, """{"port_id":"7"}""").ShouldBe("port_id: expected a UUID, not \"7\".");

    [Fact]
    public void Read_ManyFaults_TellsTenAndCountsTheRest() =>
        Fault(AgentOperations.LeaseList, $"{{{string.Join(',', Enumerable.Range(0, 25).Select(i => $"\"a{i}\":1"))}}}").ShouldEndWith("unknown member 'a9' (known: none); and 15 more.");

    [Fact]
    public void Read_Fault_NeverShowsTheSerialisersOwnWords()
    {
        foreach (var json in new[] { """{"targets":[1]}""", """{"targets":7}""", """{"targets":["x"]}""", """{"targets":[null],"count":{}}""" })
        {
            var fault = Fault(AgentOperations.Ping, json);
            fault.ShouldNotContain("LineNumber");
            fault.ShouldNotContain("System.");
        }
    }
}
