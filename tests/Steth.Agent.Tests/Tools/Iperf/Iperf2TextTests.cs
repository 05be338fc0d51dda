using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools.Iperf;

namespace Steth.Agent.Tests.Tools.Iperf;

public class Iperf2TextTests
{
    private static IEnumerable<(double End, double Rate)> Intervals(string recording, int streams) =>
        from line in Recording.Read(recording).Split('\n')
        let interval = Iperf2Text.ParseInterval(line, streams)
        where interval is not null
        select (interval.EndSeconds, interval.BitsPerSecond);

    [Fact]
    public void Parse_TcpWithStreams_IsTheirSum()
    {
        Iperf2Text.Parse(Recording.Read("iperf/v2-tcp-two-streams.txt"), "")
            .ShouldBe(new IperfOutcome { BitsPerSecond = 23104586154, Bytes = 5776998520, Seconds = 2.0003 });
        Intervals("iperf/v2-tcp-two-streams.txt", 2).ShouldBe([(1, 21160264640), (2, 25053626368)]);
    }

    [Fact]
    public void Parse_Udp_IsTheServersReport()
    {
        Iperf2Text.Parse(Recording.Read("iperf/v2-udp.txt"), "").ShouldBe(
            new IperfOutcome { BitsPerSecond = 5002578, Bytes = 1255380, Seconds = 2.0076, JitterMs = 0.002, LossPercent = 0 });
        Intervals("iperf/v2-udp.txt", 1).ShouldBe([(1, 5021520), (2, 4998000)]);
    }

    [Fact]
    public void Parse_Version20_IsReadToo()
    {
        var outcome = Iperf2Text.Parse(
            """
            [  3]  0.0- 1.0 sec  131072 Bytes  1048576 bits/sec
            [  3] Sent 90 datagrams
            [  3] Server Report:
            [  3]  0.0- 1.0 sec  117964 Bytes  943718 bits/sec   0.013 ms    9/   90 (10%)
            """, "");
        outcome.ShouldBe(new IperfOutcome { BitsPerSecond = 943718, Bytes = 117964, Seconds = 1, JitterMs = 0.013, LossPercent = 10 });
    }

    [Fact]
    public void Parse_Refused_KeepsItsWords() =>
        Iperf2Text.Parse(Recording.Read("iperf/v2-refused.txt"), "").Error.ShouldBe("tcp connect failed: Connection refused");

    [Fact]
    public void Parse_Nothing_SaysSo() => Iperf2Text.Parse("", "iperf: no\n").Error.ShouldBe("iperf ended without a report: iperf: no");
}
