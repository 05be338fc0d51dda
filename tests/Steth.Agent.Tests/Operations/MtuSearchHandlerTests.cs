using System.Diagnostics;
using System.Net;
using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Mtu;
using Steth.Agent.Operations;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public class MtuSearchHandlerTests
{
    private static Task<MtuSearchResult> SearchAsync(MtuSearchParams parameters) => MtuSearchHandler.HandleAsync(
        parameters, (_, _) => ValueTask.CompletedTask, Reflecting.Call, TestContext.Current.CancellationToken);

    private static MtuSearchParams To(ulong token, string from, string to, int? port) => new()
    {
        Token = token,
        Targets = [new MtuSearchTarget { From = IPAddress.Parse(from), To = IPAddress.Parse(to), Port = port }],
    };

    [Fact]
    public async Task Search_ByUdpToAReflector_FindsThatAllPasses()
    {
        Privilege.NeedsRoot();
        await using var reflector = await Reflecting.StartAsync("127.0.0.1");

        var target = (await SearchAsync(To(reflector.Token, "127.0.0.1", "127.0.0.1", reflector.Port))).Targets.ShouldHaveSingleItem();

        // Loopback addresses are bound to no interface: its MTU is what the route says.
        target.Interface.ShouldBeNull();
        target.Udp!.Passed!.Value.ShouldBeGreaterThanOrEqualTo(65000);
        (target.Udp.Failed, target.Udp.Reason).ShouldBe((null, null));
        target.Icmp!.Passed!.Value.ShouldBeGreaterThanOrEqualTo(65000);
    }

    /// <summary>Two hosts and a switch between them, one of whose ports takes less: the real thing, in namespaces.</summary>
    [Theory]
    [InlineData(1500, 1400, 1400)]
    [InlineData(9000, 4000, 4000)]
    public void Search_APortTakesLess_FindsItInUnderASecond(int nics, int port, int expected)
    {
        Privilege.NeedsRoot();
        using var hosts = new ScratchNamespace();
        using var sw = new ScratchNamespace();
        using var other = new ScratchNamespace();
        hosts.Ip($"link add eth0 mtu {nics} type veth peer name one mtu {nics} netns {sw.Name}");
        other.Ip($"link add eth0 mtu {nics} type veth peer name two mtu {nics} netns {sw.Name}");
        sw.Ip("link add sw0 type bridge");
        foreach (var end in (string[])["one", "two"])
        {
            sw.Ip($"link set {end} master sw0");
            sw.Ip($"link set {end} up");
        }
        sw.Ip("link set sw0 up");
        // What the switch sends by this port is cut off above it; a veth's receiving end would let four bytes more in.
        sw.Ip($"link set two mtu {port}");
        hosts.Ip("addr add 192.0.2.1/24 dev eth0");
        other.Ip("addr add 192.0.2.2/24 dev eth0");
        hosts.Ip("link set eth0 up");
        other.Ip("link set eth0 up");
        var start = Stopwatch.GetTimestamp();

        var target = NetworkNamespace.Run(hosts.Name, () =>
        {
            using var run = new MtuSearchRun(To(1, "192.0.2.1", "192.0.2.2", null), _ => { });
            return run.Run(TestContext.Current.CancellationToken).Targets[0];
        });

        (target.Interface, target.InterfaceMtu).ShouldBe(("eth0", nics));
        (target.Icmp!.Passed, target.Icmp.Failed).ShouldBe((expected, expected + 1));
        target.Udp.ShouldBeNull();
        // On a machine that has nothing else to do: the search itself is bound by its waits.
        target.Icmp.Sent.ShouldBeLessThan(200);
        Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task Search_NobodyAnswers_FindsNothingAndSaysSo()
    {
        using var mute = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Loopback, 0));

        var target = (await SearchAsync(
            To(1, "127.0.0.1", "127.0.0.1", ((IPEndPoint)mute.Client.LocalEndPoint!).Port) with { Icmp = false, TimeoutMs = 20 })).Targets[0];

        (target.Udp!.Passed, target.Udp.Reason, target.Icmp).ShouldBe((null, "packets of 128 bytes are not answered", null));
    }

    [Fact]
    public async Task Search_FromNobodysAddress_SaysSo()
    {
        var target = (await SearchAsync(To(1, "192.0.2.77", "192.0.2.78", 9) with { Icmp = false })).Targets[0];

        (target.Udp!.Passed, target.Udp.Reason).ShouldBe((null, "This host has no address 192.0.2.77."));
    }

    [Fact]
    public async Task Search_FromMoreAddressesThanAreTaken_IsRefused()
    {
        var refusal = await Should.ThrowAsync<OperationException>(SearchAsync(FromSources(65)));

        (refusal.Code, refusal.Message).ShouldBe((OperationErrorCode.InvalidParams, "from has 65 different addresses; allowed are 1-64."));
    }

    [Fact]
    public void Search_FromAsManyAddressesAsAreTaken_SharesItsBuffers()
    {
        Privilege.NeedsRoot();
        var before = GC.GetAllocatedBytesForCurrentThread();

        using var run = new MtuSearchRun(FromSources(64), _ => { });

        // Two buffers of 64 KiB for each address would be 8 MiB; what each receives is some 40 KiB.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(5 << 20);
    }

    private static MtuSearchParams FromSources(int count) => new()
    {
        Token = 1,
        Targets =
        [
            .. Enumerable.Range(1, count).Select(i => new MtuSearchTarget
            {
                From = IPAddress.Parse($"127.0.1.{i}"), To = IPAddress.Loopback, Port = 9,
            }),
        ],
    };

    [Fact]
    public async Task Search_NoWayToTry_IsRefused() =>
        (await Should.ThrowAsync<OperationException>(SearchAsync(To(1, "127.0.0.1", "127.0.0.1", null) with { Icmp = false })))
            .Message.ShouldBe("target 127.0.0.1 has no port, and icmp is false: there is no way to try.");
}
