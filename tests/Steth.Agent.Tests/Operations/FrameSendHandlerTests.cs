using System.Net;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Leases;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Decoding;
using Steth.Packets.Ip;

namespace Steth.Agent.Tests.Operations;

public sealed class FrameSendHandlerTests
{
    private static readonly MacAddress _mac = MacAddress.Parse("fa:16:3e:00:00:01");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FrameKind.DhcpDiscover, "vlan 105 DHCPDISCOVER fa:16:3e:00:00:01 xid 0x00001234")]
    [InlineData(FrameKind.ArpRequest, "vlan 105 ARP who-has 192.0.2.9 tell 192.0.2.1")]
    [InlineData(FrameKind.IcmpEcho, "vlan 105 ICMP echo request 192.0.2.1 > 192.0.2.9 id 4660 seq 0")]
    [InlineData(FrameKind.TcpSyn, "vlan 105 TCP 192.0.2.1:37428 > 192.0.2.9:443 [SYN]")]
    [InlineData(FrameKind.Probe, "vlan 105 probe mark 0x00001234 seq 0 fa:16:3e:00:00:01 > ff:ff:ff:ff:ff:ff")]
    public async Task HandleAsync_EachKind_LeavesByTheDeviceTagged(FrameKind kind, string summary)
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        using var capture = rig.Listen("nic0", "wire0");

        var result = await SendAsync(new FrameSendParams
        {
            Device = DeviceName.Parse("nic0"),
            Namespace = rig.Scratch.Name,
            Kind = kind,
            SourceMac = _mac,
            SourceIp = kind == FrameKind.DhcpDiscover ? null : IPAddress.Parse("192.0.2.1"),
            TargetIp = IPAddress.Parse("192.0.2.9"),
            TargetPort = kind == FrameKind.TcpSyn ? 443 : null,
            VlanId = new VlanId(105),
            Mark = 0x1234,
        });
        capture.Stop();

        result.ShouldBe(new FrameSendResult { Sent = 1, Mark = 0x1234 });
        (await ReadAsync(capture)).ShouldBe([$"0 Out {summary}", $"1 In {summary}"]);
    }

    [Fact]
    public async Task HandleAsync_AsReceived_TapReceivesThem()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        using var capture = rig.Listen("tap0");

        var result = await SendAsync(new FrameSendParams
        {
            Device = DeviceName.Parse("tap0"),
            Namespace = rig.Scratch.Name,
            AsReceived = true,
            Kind = FrameKind.Probe,
            SourceMac = _mac,
            Count = 3,
            IntervalMs = 0,
        });
        capture.Stop();

        result.Sent.ShouldBe(3);
        (await ReadAsync(capture)).ShouldBe(Enumerable.Range(0, 3).Select(i => $"0 In probe mark 0x{result.Mark:x8} seq {i} {_mac} > ff:ff:ff:ff:ff:ff"));
        rig.Tap.ReadAll().ShouldBeEmpty();
    }

    [Fact]
    public async Task HandleAsync_WithoutSource_UsesTheDevicesOwn()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        rig.Scratch.Ip("link set nic0 address fa:16:3e:00:00:77");
        rig.Scratch.Ip("addr add 192.0.2.7/24 dev nic0");
        using var capture = rig.Listen("wire0");

        await SendAsync(new FrameSendParams { Device = DeviceName.Parse("nic0"), Namespace = rig.Scratch.Name, Kind = FrameKind.IcmpEcho, TargetIp = IPAddress.Parse("192.0.2.9"), Mark = 5 });
        capture.Stop();

        (await ReadAsync(capture)).ShouldBe(["0 In ICMP echo request 192.0.2.7 > 192.0.2.9 id 5 seq 0"]);
    }

    [Fact]
    public async Task HandleAsync_LongEcho_IsAsLongAsAskedAndCarriesMarkAndDf()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        using var capture = rig.Listen("wire0");

        await SendAsync(new FrameSendParams
        {
            Device = DeviceName.Parse("nic0"),
            Namespace = rig.Scratch.Name,
            Kind = FrameKind.IcmpEcho,
            SourceIp = IPAddress.Parse("192.0.2.1"),
            TargetIp = IPAddress.Parse("192.0.2.9"),
            Mark = 0xdeadbeef,
            IpLength = 1500,
            DontFragment = true,
        });
        capture.Stop();

        var frames = new List<RawFrame>();
        await foreach (var frame in capture.ReadAsync(Token))
            frames.Add(frame);
        var seen = frames.ShouldHaveSingleItem();
        seen.Length.ShouldBe(1514);
        IPv4Header.TryParse(seen.Data.Span[14..], out var ip).ShouldBeTrue();
        (ip.TotalLength, ip.DontFragment).ShouldBe((1500, true));
        var echo = FrameDecoder.Decode(seen.Data.Span).Icmp!.Value;
        (echo.Mark, echo.Identifier).ShouldBe((0xdeadbeef, (ushort)0xbeef));
    }

    [Fact]
    public async Task HandleAsync_EchoBeyondTheDevicesMtu_IsTheKernelsWord()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();

        var error = await Should.ThrowAsync<OperationException>(() => SendAsync(new FrameSendParams
        {
            Device = DeviceName.Parse("nic0"),
            Namespace = rig.Scratch.Name,
            Kind = FrameKind.IcmpEcho,
            SourceIp = IPAddress.Parse("192.0.2.1"),
            TargetIp = IPAddress.Parse("192.0.2.9"),
            IpLength = 1501,
        }));

        error.Message.ShouldBe($"Cannot send on 'nic0' in the network namespace '{rig.Scratch.Name}' of this host: the frame is longer than its MTU.");
    }

    [Fact]
    public async Task HandleAsync_DeviceDown_SaysSo()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.Ip("link add a0 type veth peer name a1");

        var error = await Should.ThrowAsync<OperationException>(() => SendAsync(new FrameSendParams { Device = DeviceName.Parse("a0"), Namespace = scratch.Name, Kind = FrameKind.Probe }));

        error.Code.ShouldBe(OperationErrorCode.ToolFailed);
        error.Message.ShouldBe($"Cannot send on 'a0' in the network namespace '{scratch.Name}' of this host: the device is down.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HandleAsync_NoSuchDevice_IsNamed(bool asReceived)
    {
        var error = await Should.ThrowAsync<OperationException>(
            () => SendAsync(new FrameSendParams { Device = DeviceName.Parse("steth-none"), Kind = FrameKind.Probe, SourceMac = _mac, AsReceived = asReceived }));

        error.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        error.Message.ShouldBe("There is no network device 'steth-none' on this host.");
    }

    [Theory]
    [InlineData("count", "count 1001 is out of range; expected 1-1000.")]
    [InlineData("interval", "interval_ms 10001 is out of range; expected 0-10000.")]
    [InlineData("target", "target_ip is missing; an ARP request, an echo and a SYN need one.")]
    [InlineData("family", "2001:db8::1 is not an IPv4 address; frames are crafted for IPv4.")]
    [InlineData("ports", "target_port is missing; a SYN needs one.")]
    [InlineData("port", "source_port 65536 is out of range; expected 1-65535.")]
    [InlineData("length", "ip_length 31 is out of range; expected 32-65535.")]
    [InlineData("portless", "source_port and target_port go with a SYN only.")]
    [InlineData("whole", "ip_length and dont_fragment go with an echo only.")]
    [InlineData("nobody", "source_ip is missing; an echo and a SYN need one.")]
    [InlineData("source", "source_ip 192.0.2.1 does not go with a DHCPDISCOVER, which always comes from 0.0.0.0; leave it out.")]
    public async Task HandleAsync_DoesNotFit_IsInvalidParams(string what, string message)
    {
        var fine = new FrameSendParams { Device = DeviceName.Parse("lo"), Kind = FrameKind.Probe };
        var syn = fine with { Kind = FrameKind.TcpSyn, TargetIp = IPAddress.Parse("192.0.2.9"), TargetPort = 80, SourceMac = _mac };
        var wanted = what switch
        {
            "count" => fine with { Count = 1001 },
            "interval" => fine with { IntervalMs = 10001 },
            "target" => fine with { Kind = FrameKind.ArpRequest },
            "family" => fine with { Kind = FrameKind.IcmpEcho, TargetIp = IPAddress.Parse("2001:db8::1") },
            "ports" => syn with { TargetPort = null },
            "port" => syn with { SourcePort = 65536 },
            "length" => fine with { Kind = FrameKind.IcmpEcho, TargetIp = IPAddress.Parse("192.0.2.9"), IpLength = 31 },
            "portless" => fine with { TargetPort = 80 },
            "whole" => syn with { DontFragment = true },
            "nobody" => syn with { SourceIp = IPAddress.Any },
            _ => fine with { Kind = FrameKind.DhcpDiscover, SourceIp = IPAddress.Parse("192.0.2.1") },
        };

        var error = await Should.ThrowAsync<OperationException>(() => SendAsync(wanted));

        error.Code.ShouldBe(OperationErrorCode.InvalidParams);
        error.Message.ShouldBe(message);
    }

    private static async Task<FrameSendResult> SendAsync(FrameSendParams wanted)
    {
        await using var leases = new LeaseBook(TimeProvider.System, new ToolRunner(), null, (covers, e) => throw new InvalidOperationException(covers, e));
        var result = await new FrameSendHandler(new ToolRunner(), leases, TimeProvider.System).HandleAsync(wanted, new CallContext { CorrelationId = "t" }, Token);
        leases.List().ShouldBeEmpty();
        return result;
    }

    private static async Task<List<string>> ReadAsync(LiveCapture capture)
    {
        var seen = new List<string>();
        await foreach (var frame in capture.ReadAsync(Token))
            seen.Add($"{frame.Point} {frame.Direction} {FrameDecoder.Decode(frame.Data.Span).Summary}");
        return seen;
    }
}
