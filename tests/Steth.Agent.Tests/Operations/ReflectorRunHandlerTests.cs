using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Operations;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Probe;

namespace Steth.Agent.Tests.Operations;

public class ReflectorRunHandlerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static byte[] Message(Reflecting reflector, ReflectedProbeKind kind, int length, uint sequence = 0, ulong? token = null)
    {
        var message = new byte[length];
        new ReflectedProbe { Kind = kind, Token = token ?? reflector.Token, Sequence = sequence, Key = 77 }.Write(message);
        return message;
    }

    /// <summary>Sends from an address and takes the answer; null when there is none.</summary>
    private static async Task<byte[]?> AskAsync(Reflecting reflector, byte[] message, string from = "127.0.0.1")
    {
        using var client = new UdpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        await client.SendAsync(message, new IPEndPoint(reflector.Listening.Points[0].Address, reflector.Port), Cancelled);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(300);
        try
        {
            return (await client.ReceiveAsync(patience.Token)).Buffer;
        }
        catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
        {
            return null;
        }
    }

    [Theory]
    [InlineData(ReflectedProbeKind.Probe, 200, 200)]
    [InlineData(ReflectedProbeKind.LargeProbe, 1400, ReflectedProbe.Length)]
    [InlineData(ReflectedProbeKind.Greeting, 100, ReflectedProbe.Length)]
    public async Task Reflect_AProbe_IsAnsweredNeverWithMore(ReflectedProbeKind kind, int asked, int answered)
    {
        await using var reflector = await Reflecting.StartAsync("127.0.0.1");

        var answer = await AskAsync(reflector, Message(reflector, kind, asked, 5));

        answer!.Length.ShouldBe(answered);
        ReflectedProbe.TryParse(answer, out var probe).ShouldBeTrue();
        (probe.Kind, probe.Token, probe.Sequence, probe.Key).ShouldBe((ReflectedProbeKind.Answer, reflector.Token, 5u, 77u));
        probe.ReceivedAt.ShouldBeGreaterThan(0);
        (probe.AnsweredAt - probe.ReceivedAt).ShouldBeInRange(0, TimeSpan.TicksPerSecond);
    }

    [Fact]
    public async Task Reflect_WrongToken_IsNotAnsweredAndCounted()
    {
        await using var reflector = await Reflecting.StartAsync("127.0.0.1");

        (await AskAsync(reflector, Message(reflector, ReflectedProbeKind.Probe, 64, token: reflector.Token + 1))).ShouldBeNull();
        (await AskAsync(reflector, "anything at all, as long as it is longer than a probe"u8.ToArray())).ShouldBeNull();

        var point = (await reflector.EndAsync()).Points.ShouldHaveSingleItem();
        point.Strangers.ShouldBe(2);
        point.Peers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reflect_NoPeer_IsNotAnsweredThoughItHasTheToken()
    {
        await using var reflector = await Reflecting.StartAsync("127.0.0.1", peers: "127.0.0.9");

        (await AskAsync(reflector, Message(reflector, ReflectedProbeKind.Probe, 64), "127.0.0.8")).ShouldBeNull();
        (await AskAsync(reflector, Message(reflector, ReflectedProbeKind.Probe, 64), "127.0.0.9")).ShouldNotBeNull();

        (await reflector.EndAsync()).Points[0].Strangers.ShouldBe(1);
    }

    [Fact]
    public async Task Reflect_AnAnswer_IsNotAnswered()
    {
        // Two reflectors would never stop talking.
        await using var reflector = await Reflecting.StartAsync("127.0.0.1");

        (await AskAsync(reflector, Message(reflector, ReflectedProbeKind.Answer, 64))).ShouldBeNull();
    }

    [Fact]
    public async Task End_AfterProbes_TellsWhatCameFromWhom()
    {
        await using var reflector = await Reflecting.StartAsync("127.0.0.1", peers: ["127.0.0.2", "127.0.0.3"]);
        foreach (var sequence in (uint[])[0, 1, 3, 2, 2])
            (await AskAsync(reflector, Message(reflector, ReflectedProbeKind.Probe, 64, sequence), "127.0.0.2")).ShouldNotBeNull();
        (await AskAsync(reflector, Message(reflector, ReflectedProbeKind.Greeting, 64), "127.0.0.3")).ShouldNotBeNull();

        var point = (await reflector.EndAsync()).Points.ShouldHaveSingleItem();

        point.Peers.ShouldHaveSingleItem().ShouldBe(new ReflectorPeerCounts
        {
            Peer = IPAddress.Parse("127.0.0.2"),
            Received = 4,
            Answered = 4,
            Duplicates = 1,
            Reordered = 1,
            Refused = 0,
        });
        point.Dropped.ShouldBe(0);
    }

    [Fact]
    public async Task Reflect_MoreThanThePace_IsRefusedAndCounted()
    {
        await using var reflector = await Reflecting.StartAsync("127.0.0.1", pps: 2);

        // One answer went to the reflector's own proof.
        (await AskAsync(reflector, Message(reflector, ReflectedProbeKind.Probe, 64, 1))).ShouldNotBeNull();
        (await AskAsync(reflector, Message(reflector, ReflectedProbeKind.Probe, 64, 2))).ShouldBeNull();

        var peer = (await reflector.EndAsync()).Points[0].Peers.ShouldHaveSingleItem();
        (peer.Received, peer.Answered, peer.Refused).ShouldBe((2, 1, 1));
    }

    [Fact]
    public async Task Listening_OnAnAddressOfThisHost_IsProven()
    {
        await using var reflector = await Reflecting.StartAsync("127.0.0.1", peers: "192.0.2.1");

        var point = reflector.Listening.Points.ShouldHaveSingleItem();
        (point.Proven, point.Problem, point.Port is > 0).ShouldBe((true, null, true));
    }

    [Fact]
    public async Task Listening_OnNobodysAddress_SaysSoAndIsNoError()
    {
        await using var reflector = await Reflecting.StartAsync("192.0.2.77");

        var point = reflector.Listening.Points.ShouldHaveSingleItem();
        (point.Port, point.Proven, point.Problem).ShouldBe((null, false, "This host has no address 192.0.2.77."));
        (await reflector.EndAsync()).Points[0].Peers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Listening_OnAPortThatIsTaken_SaysSo()
    {
        using var other = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)other.Client.LocalEndPoint!).Port;
        ReflectorListening? listening = null;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);

        await Should.ThrowAsync<OperationCanceledException>(new ReflectorRunHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(
            new ReflectorRunParams
            {
                ReflectorId = Guid.NewGuid(),
                Token = 1,
                Points = [new ReflectorPoint { Address = IPAddress.Loopback, Port = port, Peers = [] }],
            },
            (state, _) =>
            {
                listening = state;
                end.Cancel();
                return ValueTask.CompletedTask;
            },
            Reflecting.Call,
            end.Token));

        listening!.Points[0].Problem.ShouldBe(
            $"UDP port {port} on 127.0.0.1 is taken by another program, or by another check that runs now: wait, or choose another port.");
    }

    [Fact]
    public async Task Reflect_Ipv6_IsAnswered()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "needs IPv6");
        await using var reflector = await Reflecting.StartAsync("::1");

        (await AskAsync(reflector, Message(reflector, ReflectedProbeKind.Probe, 64), "::1")).ShouldNotBeNull();
        (await reflector.EndAsync()).Points[0].Peers.ShouldHaveSingleItem().Received.ShouldBe(1);
    }

    [Fact]
    public async Task Reflect_TheCallerGoesAway_ClosesThePort()
    {
        var reflector = await Reflecting.StartAsync("127.0.0.1");
        var port = reflector.Port;
        Listens(port).ShouldBeTrue();

        await reflector.DisposeAsync();

        Listens(port).ShouldBeFalse();
    }

    [Fact]
    public async Task Reflect_ItsTimeIsOver_EndsByItself()
    {
        await using var reflector = await Reflecting.StartAsync("127.0.0.1", seconds: 1);

        (await reflector.Completion.WaitAsync(TimeSpan.FromSeconds(30), Cancelled)).Points.Count.ShouldBe(1);
        Listens(reflector.Port).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, 60, "points has 0 addresses; allowed are 1-64.")]
    [InlineData(65, 60, "points has 65 addresses; allowed are 1-64.")]
    [InlineData(1, 0, "seconds has 0; allowed are 1-3600.")]
    [InlineData(1, 3601, "seconds has 3601; allowed are 1-3600.")]
    public async Task Reflect_OutOfRange_IsRefused(int points, int seconds, string message)
    {
        var refused = await Should.ThrowAsync<OperationException>(new ReflectorRunHandler(new RunningCaptures(), TimeProvider.System).HandleAsync(
            new ReflectorRunParams
            {
                ReflectorId = Guid.NewGuid(),
                Token = 1,
                Points = [.. Enumerable.Repeat(new ReflectorPoint { Address = IPAddress.Loopback, Peers = [] }, points)],
                Seconds = seconds,
            },
            (_, _) => ValueTask.CompletedTask,
            Reflecting.Call,
            Cancelled));

        (refused.Code, refused.Message).ShouldBe((OperationErrorCode.InvalidParams, message));
    }

    [Fact]
    public async Task End_UnknownId_SaysThatNoneRan() =>
        (await new ReflectorEndHandler(new RunningCaptures()).HandleAsync(
            new ReflectorEndParams { ReflectorId = Guid.NewGuid() }, Reflecting.Call, Cancelled)).Ended.ShouldBeFalse();

    private static bool Listens(int port) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners().Any(l => l.Port == port && l.Address.Equals(IPAddress.Loopback));
}
