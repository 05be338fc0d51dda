using System.Net;
using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Building;
using Steth.Packets.Decoding;
using Steth.Packets.Filters;
using Steth.Packets.Vxlan;

namespace Steth.Agent.Tests.Operations;

/// <summary>What tenants send stays on the node unless somebody may see it and asks for it.</summary>
public sealed class CapturePayloadTests
{
    private static readonly MacAddress Guest = MacAddress.Parse("fa:16:3e:8d:3c:2b");
    private static readonly MacAddress Router = MacAddress.Parse("fa:16:3e:65:ab:17");
    private static readonly IPAddress Ip1 = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress Ip2 = IPAddress.Parse("10.0.0.2");

    private static readonly Caller WithoutPayload = new("bob", Role.Change, Role.Change);
    private static readonly Caller WithPayload = new("alice", Role.Probe, Role.Change) { Payload = true };

    private static byte[] Secret => [.. Enumerable.Repeat((byte)0x41, 100)];

    [Fact]
    public async Task Default_IsHeadersAndTheTrueLength()
    {
        Privilege.NeedsRoot();
        var plain = FrameBuilder.Udp(Guest, Router, Ip1, Ip2, 4000, 5000, Secret);
        var frames = await CaptureAsync(WithoutPayload, new CaptureRunParams { Points = [] }, plain, Tagged(plain), Tunnelled(plain), Tunnelled(Tagged(plain)));

        frames.Select(f => f.Length).ShouldBe([142, 146, 192, 196]);
        frames.Select(f => f.Data.Length).ShouldBe([42, 46, 92, 96]);
        frames.ShouldAllBe(f => !f.Data.ToArray().Contains((byte)0x41));
        frames[0].Summary.ShouldBe("UDP 10.0.0.1:4000 > 10.0.0.2:5000 length 100");
    }

    [Fact]
    public async Task Payload_WithTheRight_IsAll()
    {
        Privilege.NeedsRoot();
        var plain = FrameBuilder.Udp(Guest, Router, Ip1, Ip2, 4000, 5000, Secret);
        var frames = await CaptureAsync(WithPayload, new CaptureRunParams { Points = [], Payload = true, Filter = "udp[8] = 0x41" }, plain);
        frames.Single().Data.ToArray().ShouldBe(plain);
    }

    [Fact]
    public async Task Payload_WithoutTheRight_IsForbidden()
    {
        var refused = await Should.ThrowAsync<OperationException>(
            () => CaptureAsync(WithoutPayload, new CaptureRunParams { Points = [new CapturePoint { Device = DeviceName.Parse("lo") }], Payload = true }));
        refused.Code.ShouldBe(OperationErrorCode.Forbidden);
        refused.Message.ShouldBe("capture.run with payload needs the right to payload, which the certificate of bob does not give: make one with "
            + "'steth pki operator --payload', or ask for headers only.");
    }

    /// <summary>The kernel's filter sees the whole frame; what it says of the payload must not be told by what comes.</summary>
    [Theory]
    [InlineData("udp[8] = 0x41")]
    [InlineData("udp[8] != 0x42")]
    [InlineData("not udp[8] = 0x42")]
    [InlineData("udp[107] = 0x41")]
    [InlineData("ether[60] = 0x41")]
    [InlineData("vlan and udp[8] = 0x41 or not vlan and udp[8] = 0x41")]
    [InlineData("udp and ip[ip[20]] = 0")]
    public async Task Filter_ThatLooksAtThePayload_FindsNothing(string filter)
    {
        Privilege.NeedsRoot();
        var plain = FrameBuilder.Udp(Guest, Router, Ip1, Ip2, 4000, 5000, Secret);
        var frames = await CaptureAsync(WithoutPayload, new CaptureRunParams { Points = [], Filter = filter }, plain, Tagged(plain));
        frames.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("udp", 2)]
    [InlineData("udp port 5000", 2)]
    [InlineData("vlan and udp port 5000", 1)]
    [InlineData("udp[0:2] = 4000 and len > 100", 2)]
    [InlineData("vlan 7 and host 10.0.0.1", 1)]
    public async Task Filter_ThatLooksAtHeaders_FindsWhatItSays(string filter, int count)
    {
        Privilege.NeedsRoot();
        var plain = FrameBuilder.Udp(Guest, Router, Ip1, Ip2, 4000, 5000, Secret);
        var wanted = new CaptureRunParams { Points = [], Filter = filter };
        (await CaptureAsync(WithPayload, wanted with { Payload = true }, plain, Tagged(plain))).Count.ShouldBe(count);
        (await CaptureAsync(WithoutPayload, wanted, plain, Tagged(plain))).Count.ShouldBe(count);
    }

    /// <summary>The filters of steth's own checks, bare, tagged and in a tunnel.</summary>
    [Fact]
    public async Task Filter_OfStethsOwnChecks_FindsEveryFrame()
    {
        Privilege.NeedsRoot();
        (string Filter, byte[] Frame)[] exchanges =
        [
            (TraceFilter.Dhcp(7), FrameBuilder.DhcpDiscover(Guest, 7)),
            (TraceFilter.Arp(Ip2), FrameBuilder.ArpRequest(Guest, Ip1, Ip2)),
            (TraceFilter.Syn(9), FrameBuilder.TcpSyn(Guest, Router, Ip1, Ip2, 1234, 80, 9)),
            (TraceFilter.Probe(42), FrameBuilder.Probe(Guest, MacAddress.Broadcast, 42, 3)),
            ("ether proto 0x88b5 or (vlan and ether proto 0x88b5)", FrameBuilder.Probe(Guest, MacAddress.Broadcast, 42, 3)),
            (TraceFilter.Echo(11), FrameBuilder.MarkedEcho(Guest, Router, Ip1, Ip2, 11, 1)),
        ];
        foreach (var (filter, frame) in exchanges)
        {
            byte[][] sent = filter.Contains("88b5", StringComparison.Ordinal) ? [frame, Tagged(frame)] : [frame, Tagged(frame), Tunnelled(frame)];
            (await CaptureAsync(WithoutPayload, new CaptureRunParams { Points = [], Filter = filter }, sent))
                .Count.ShouldBe(sent.Length, filter);
        }
    }

    private static byte[] Tagged(byte[] frame) => [.. frame[..12], 0x81, 0, 0, 7, .. frame[12..]];

    private static byte[] Tunnelled(byte[] inner)
    {
        var payload = new byte[VxlanHeader.Length + inner.Length];
        new VxlanHeader { Vni = 809 }.Write(payload);
        inner.CopyTo(payload, VxlanHeader.Length);
        return FrameBuilder.Udp(Guest, Router, Ip1, Ip2, 49152, VxlanHeader.Port, payload);
    }

    /// <summary>What a caller gets of frames that arrive at a device; the kernel keeps their tags beside the data then.</summary>
    private static async Task<IReadOnlyList<CapturedFrame>> CaptureAsync(Caller caller, CaptureRunParams wanted, params byte[][] sent)
    {
        using var scratch = wanted.Points.Count == 0 ? new ScratchNamespace() : null;
        scratch?.AddVeth("a0", "a1");
        var running = new RunningCaptures();
        var id = Guid.NewGuid();
        var frames = new List<CapturedFrame>();
        // The mark that all before it has been read.
        var last = FrameBuilder.ArpRequest(Guest, Ip1, IPAddress.Parse("10.99.99.99"));
        await new CaptureRunHandler(running, TimeProvider.System).HandleAsync(
            wanted with
            {
                Points = scratch is null ? wanted.Points : [new CapturePoint { Device = DeviceName.Parse("a1"), Namespace = scratch.Name }],
                Filter = wanted.Filter.Length == 0 ? "" : $"arp host 10.99.99.99 or ({wanted.Filter})",
                Seconds = 10,
                CaptureId = id,
            },
            (happening, _) =>
            {
                if (happening.Listening)
                {
                    using var socket = FrameSocket.Open(DeviceName.Parse("a0"), scratch!.Name);
                    foreach (var frame in sent.Append(last))
                        socket.Send(frame);
                }
                else if (FrameDecoder.Decode(happening.Frame!.Data.Span).Arp is { } arp && arp.TargetIp.Equals(IPAddress.Parse("10.99.99.99")))
                {
                    running.End(id);
                }
                else if (happening.Frame!.Direction == FrameDirection.In && !happening.Frame.Summary.Contains("ICMPv6", StringComparison.Ordinal))
                {
                    frames.Add(happening.Frame);
                }
                return ValueTask.CompletedTask;
            },
            new CallContext { CorrelationId = "t", Caller = caller },
            TestContext.Current.CancellationToken);
        return frames;
    }
}
