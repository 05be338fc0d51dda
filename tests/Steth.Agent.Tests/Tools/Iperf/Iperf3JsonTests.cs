using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools.Iperf;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Tools.Iperf;

public class Iperf3JsonTests
{
    [Fact]
    public void ParseDocument_Tcp_IsTheReceiversRate()
    {
        var (outcome, intervals) = Iperf3Json.ParseDocument(Recording.Read("iperf/tcp.json"));
        outcome.ShouldBe(new IperfOutcome
        {
            BitsPerSecond = 19659273943.62045,
            Bytes = 2458910720,
            Seconds = 1.000611,
            Retransmits = 4,
            SenderCpuPercent = 97.8279338666411,
            ReceiverCpuPercent = 43.368651224333568,
        });
        intervals.ShouldBe([new IperfInterval { EndSeconds = 1.000582, BitsPerSecond = 19659844128.797684 }]);
    }

    [Fact]
    public void ParseDocument_Udp_HasJitterAndLoss()
    {
        var outcome = Iperf3Json.ParseDocument(Recording.Read("iperf/udp-two-streams.json")).Outcome;
        (outcome.BitsPerSecond, outcome.Bytes, outcome.JitterMs, outcome.LossPercent, outcome.Retransmits)
            .ShouldBe((10483715.67544329, 1310720, 0.010263728100634861, 0, null));
    }

    [Fact]
    public void ParseDocument_UdpBeforeTheReceiversSum_TakesTheLossOffTheSendersRate()
    {
        const string old = """{"intervals":[],"end":{"sum":{"seconds":2,"bytes":1000,"bits_per_second":4000,"jitter_ms":0.5,"lost_packets":1,"packets":4,"lost_percent":25}}}""";
        Iperf3Json.ParseDocument(old).Outcome.ShouldBe(new IperfOutcome { BitsPerSecond = 3000, Bytes = 750, Seconds = 2, JitterMs = 0.5, LossPercent = 25 });
    }

    [Fact]
    public void ParseDocument_Refused_KeepsItsWords() =>
        Iperf3Json.ParseDocument(Recording.Read("iperf/refused.json")).Outcome.Error.ShouldBe("unable to connect to server: Connection refused");

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"end":{},"intervals":[]}""")]
    public void ParseDocument_SomethingElse_IsRefused(string text) => Should.Throw<FormatException>(() => Iperf3Json.ParseDocument(text));

    [Fact]
    public void ParseStream_Error_KeepsItsWords() =>
        Iperf3Json.ParseStream("""{"event":"error","data":"unable to connect to server"}""" + "\n" + """{"event":"end","data":{}}""")
            .Error.ShouldBe("unable to connect to server");

    [Fact]
    public void ParseStream_WithoutEnd_IsRefused() =>
        Should.Throw<FormatException>(() => Iperf3Json.ParseStream("""{"event":"start","data":{}}"""));

    [Theory]
    [InlineData("""{"event":"start","data":{}}""")]
    [InlineData("""{"event":"interval","data":{}}""")]
    [InlineData("iperf3: warning")]
    public void ParseStreamedInterval_SomethingElse_IsNone(string line) => Iperf3Json.ParseStreamedInterval(line).ShouldBeNull();
}
