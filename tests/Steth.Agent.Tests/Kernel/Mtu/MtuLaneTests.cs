using FsCheck;
using FsCheck.Fluent;
using Steth.Agent.Kernel.Mtu;

namespace Steth.Agent.Tests.Kernel.Mtu;

/// <summary>Searches over a made-up path: time is counted, not waited for.</summary>
public class MtuLaneTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(250);

    [Theory]
    [InlineData(1500, 1500, null, 2)]
    [InlineData(1500, 9000, null, 2)]
    [InlineData(1400, 1500, 1401, null)]
    [InlineData(1499, 1500, 1500, null)]
    [InlineData(128, 1500, 129, null)]
    [InlineData(1500, 9000, 1501, null)]
    [InlineData(8999, 9000, 9000, null)]
    [InlineData(4242, 65535, 4243, null)]
    public void Search_APathThatLosesNothing_FindsExactlyItsMtu(int path, int ceiling, int? failed, int? packets)
    {
        // The first two rows' path is as large as the interface.
        path = failed is null ? ceiling : path;

        var (lane, took) = Search(path, ceiling, _ => false);

        (lane.Passed, lane.Failed, lane.Reason).ShouldBe((path, failed, null));
        if (packets is { } most)
            lane.Sent.ShouldBe(most);
        took.ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Search_NothingIsAnswered_FindsNothingAndSaysSo()
    {
        var (lane, took) = Search(0, 1500, _ => false);

        (lane.Passed, lane.Failed, lane.Reason).ShouldBe((null, null, "packets of 128 bytes are not answered"));
        took.ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Search_EveryFifthPacketLostEachWay_IsNotTakenForAnMtu()
    {
        var random = new Random(20260101);
        for (var run = 0; run < 300; run++)
            Search(1500, 1500, _ => random.NextDouble() > 0.8 * 0.8).Lane.Passed.ShouldBe(1500);
    }

    [Fact]
    public void Search_LossAndASmallPath_FindsItsMtu()
    {
        var random = new Random(20260102);
        for (var run = 0; run < 300; run++)
        {
            var lane = Search(1400, 1500, _ => random.NextDouble() > 0.8).Lane;
            (lane.Passed, lane.Failed).ShouldBe((1400, 1401));
        }
    }

    /// <summary>Whatever the path takes, and however it loses now and then: no size is said to pass that does not.</summary>
    [Fact]
    public void Search_AnyPath_NeverClaimsMoreThanPasses() => Prop.ForAll(
        (from ceiling in Gen.Choose(576, 9216)
         from path in Gen.Choose(128, 9216)
         from loss in Gen.Choose(0, 60)
         from seed in Gen.Choose(0, int.MaxValue - 1)
         select (ceiling, path, loss, seed)).ToArbitrary(),
        drawn =>
        {
            var random = new Random(drawn.seed);
            var (lane, _) = Search(drawn.path, drawn.ceiling, _ => random.Next(100) < drawn.loss);
            return (lane.Passed ?? 0) <= Math.Min(drawn.path, drawn.ceiling)
                && (lane.Failed is null || lane.Failed > (lane.Passed ?? 0))
                && (drawn.loss > 0 || lane.Passed == Math.Min(drawn.path, drawn.ceiling));
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(300));

    [Fact]
    public void TooLarge_ARouterSaysSo_IsBelievedAtOnce()
    {
        var lane = new MtuLane(1500, Timeout);
        lane.NextSize(TimeSpan.Zero).ShouldBe(128);
        lane.CountSent(TimeSpan.Zero);
        lane.NextSize(TimeSpan.Zero).ShouldBe(1500);
        lane.CountSent(TimeSpan.Zero);

        lane.TooLarge(1500, "fragmentation needed, MTU 1400, says 192.0.2.254");
        lane.Answered(128, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));

        lane.Failed.ShouldBe(1500);
        // No wait for a grace: the next round begins.
        lane.NextSize(TimeSpan.FromMilliseconds(1)).ShouldBe(128);
        lane.Reason.ShouldBe("fragmentation needed, MTU 1400, says 192.0.2.254");
    }

    [Fact]
    public void Answered_TheControlOfAnEarlierWave_DoesNotProveThisOne()
    {
        var lane = new MtuLane(1500, Timeout);
        SendWave(lane, TimeSpan.Zero);
        // The control of the first wave is not answered in time: another wave.
        lane.NextSize(Timeout).ShouldBe(128);
        SendWave(lane, Timeout);

        lane.Answered(128, TimeSpan.Zero, Timeout + TimeSpan.FromMilliseconds(1));

        // Were it this wave's, the wave would be over after the grace.
        lane.NextSize(Timeout + TimeSpan.FromMilliseconds(100)).ShouldBeNull();
    }

    private static void SendWave(MtuLane lane, TimeSpan now)
    {
        while (lane.NextSize(now) is not null)
            lane.CountSent(now);
    }

    private static (MtuLane Lane, TimeSpan Took) Search(int path, int ceiling, Func<int, bool> isLost)
    {
        var lane = new MtuLane(ceiling, Timeout);
        var (now, roundTrip) = (TimeSpan.Zero, TimeSpan.FromMilliseconds(0.2));
        while (!lane.IsDone)
        {
            var arriving = new List<(int Size, TimeSpan SentAt)>();
            while (lane.NextSize(now) is { } size)
            {
                lane.CountSent(now);
                if (size <= path && !isLost(size))
                    arriving.Add((size, now));
            }
            if (arriving.Count > 0)
            {
                now += roundTrip;
                foreach (var (size, sentAt) in arriving)
                    lane.Answered(size, sentAt, now);
            }
            else if (lane.WakeAt > now)
            {
                now = lane.WakeAt;
            }
            now.ShouldBeLessThan(TimeSpan.FromMinutes(1), "the search does not end");
        }
        return (lane, now);
    }
}
