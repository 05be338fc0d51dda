using System.Net;
using System.Text.Json;
using Steth.Contracts.Operations;

namespace Steth.Contracts.Tests.Operations;

public class OperationJsonTests
{
    private static PingParams Ping(string json) => JsonSerializer.Deserialize(json, AgentOperations.Ping.ParamsType)!;

    [Fact]
    public void Params_OptionalMembersAbsent_KeepTheirDefaults()
    {
        var ping = Ping("""{"targets":["192.0.2.1"]}""");
        ping.Targets.ShouldBe([IPAddress.Parse("192.0.2.1")]);
        ping.Count.ShouldBe(2);
        ping.TimeoutMs.ShouldBe(2000);
        ping.Interface.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"targets":["192.0.2.1"],"colour":1}""")]
    [InlineData("""{"targets":["192.0.2.1"],"count":"2"}""")]
    [InlineData("""{"targets":["192.0.2.1"],"count":2.5}""")]
    [InlineData("""{"targets":["192.0.2"]}""")]
    [InlineData("""{"targets":["010.0.0.1"]}""")]
    [InlineData("""{"targets":null}""")]
    [InlineData("""{"targets":["192.0.2.1"],"interface":"-rf"}""")]
    [InlineData("""{"targets":["192.0.2.1"],"interface":"eth0; rm -rf /"}""")]
    [InlineData("""{"targets":["192.0.2.1"],"namespace":"../../etc"}""")]
    [InlineData("{}")]
    public void Params_UnknownMissingOrMistyped_AreRefused(string json) => Should.Throw<JsonException>(() => Ping(json));

    [Theory]
    [InlineData(0)]
    [InlineData(4095)]
    [InlineData(-1)]
    public void VlanId_OutsideItsRange_IsRefused(int vlan) =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize($$"""{"interface":"eth1","vlan_id":{{vlan}}}""", AgentOperations.VlanAdd.ParamsType));

    [Fact]
    public void Result_MemberOfANewerAgent_IsTolerated() =>
        JsonSerializer.Deserialize("""{"lease_id":"a","port":5001,"tool":"iperf3","colour":1}""", AgentOperations.IperfServe.ResultType)!.Port.ShouldBe(5001);

    [Fact]
    public void Frame_RoundTrips_WithDirectionAsTextAndBytesAsBase64()
    {
        var frame = new CaptureEvent
        {
            Frame = new CapturedFrame { Point = 0, At = DateTimeOffset.UnixEpoch, Direction = FrameDirection.Out, Length = 3, Data = new byte[] { 1, 2, 3 }, Summary = "x" },
        };
        var json = JsonSerializer.Serialize(frame, AgentOperations.CaptureRun.EventType);
        json.ShouldContain("\"direction\":\"out\"");
        json.ShouldContain("\"data\":\"AQID\"");
        JsonSerializer.Deserialize(json, AgentOperations.CaptureRun.EventType)!.Frame!.Data.ToArray().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Names_AreUniqueAndDotted()
    {
        AgentOperations.All.Select(o => o.Name).ShouldBeUnique();
        AgentOperations.All.ShouldAllBe(o => o.Name.Contains('.'));
    }
}
