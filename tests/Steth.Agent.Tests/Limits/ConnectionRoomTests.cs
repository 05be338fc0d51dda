using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Host;

namespace Steth.Agent.Tests.Limits;

public class ConnectionRoomTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    [InlineData("::1", "::1")]
    public void HolderOf_AnAddress_IsWhatAHostHas(string address, string holder) =>
        ConnectionRoom.HolderOf(IPAddress.Parse(address)).ShouldBe(holder);

    [Fact]
    public async Task Enter_BeyondTheRoom_TurnsAwayAndTellsOnceAMinute()
    {
        using var text = new StringWriter();
        using var log = new PlainLog(text);
        var time = new FakeTimeProvider();
        // 40 files: 10 connections, 2 of one address.
        var room = new ConnectionRoom(log, time, 40);
        text.GetStringBuilder().Clear();
        var connections = Enumerable.Range(0, 30).Select(i => From($"192.0.2.{i % 6}")).ToArray();
        var taken = connections.Where(room.Enter).ToArray();
        taken.Length.ShouldBe(10);
        taken.CountBy(c => $"{c.RemoteEndPoint}").ShouldAllBe(c => c.Value <= 2);
        text.ToString().ShouldBe("warning: 1 connections were turned away, the last of 192.0.2.4: there are 10 in all, which is the most\n");
        foreach (var connection in taken)
            await room.Leaving(_ => Task.CompletedTask)(connection);

        time.Advance(TimeSpan.FromMinutes(1));
        text.GetStringBuilder().Clear();
        Enumerable.Range(0, 3).Select(_ => room.Enter(From("::1"))).ShouldBe([true, true, false]);
        text.ToString().ShouldBe("warning: 20 connections were turned away, the last of ::1: there are 2 of that address, which is the most\n");
    }

    [Fact]
    public async Task Leaving_AfterAFailure_GivesTheRoomBack()
    {
        using var log = new PlainLog(TextWriter.Null);
        var room = new ConnectionRoom(log, TimeProvider.System, 4);
        for (var i = 0; i < 3; i++)
        {
            room.Enter(From("192.0.2.1")).ShouldBeTrue();
            await Should.ThrowAsync<IOException>(() => room.Leaving(_ => throw new IOException())(From("192.0.2.1")));
        }
    }

    private static DefaultConnectionContext From(string address) => new() { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1000) };

    [Fact]
    public void Make_WithFewOpenFiles_SaysWhatToRaise()
    {
        using var text = new StringWriter();
        using var log = new PlainLog(text);
        _ = new ConnectionRoom(log, TimeProvider.System, 1024);
        text.ToString().ShouldBe("warning: the limit of 1024 open files leaves room for 256 connections, 64 of one address; "
            + "raise it (LimitNOFILE= of the service) to 14096 for all 10000\n");
        text.GetStringBuilder().Clear();
        _ = new ConnectionRoom(log, TimeProvider.System, 524288);
        text.ToString().ShouldBe("");
    }
}
