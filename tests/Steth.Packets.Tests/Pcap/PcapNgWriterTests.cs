using System.Diagnostics;
using Steth.Packets.Building;
using Steth.Packets.Pcap;
using static Steth.Packets.Tests.SampleFrames;

namespace Steth.Packets.Tests.Pcap;

public class PcapNgWriterTests
{
    private static readonly DateTimeOffset At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1234567);

    private static byte[] Sample()
    {
        using var stream = new MemoryStream();
        var writer = new PcapNgWriter(stream, "steth 0.1.0", "Debian 12", "comp1");
        writer.AddInterface(new PcapInterface { Name = "comp1/tap1", Description = "the guest's tap", SnapLength = 256 });
        var discover = FrameBuilder.DhcpDiscover(Guest, 1);
        writer.Write(new PcapFrame { Interface = 0, At = At, Length = discover.Length, Data = discover, Direction = PcapDirection.Inbound, Comment = "injected" });
        writer.AddInterface(new PcapInterface { Name = "net1/eth1" });
        writer.Write(new PcapFrame { Interface = 1, At = At.AddTicks(1), Length = 1500, Data = FrameBuilder.Probe(Guest, Router, 1, 2).AsMemory(0, 33) });
        writer.Flush();
        return stream.ToArray();
    }

    [Fact]
    public void Constructor_WritesTheSectionHeaderExactly()
    {
        using var stream = new MemoryStream();
        _ = new PcapNgWriter(stream, "steth");
        stream.ToArray().ShouldBe(Hex("""
            0a0d0d0a 2c000000 4d3c2b1a 0100 0000 ffffffffffffffff
            0400 0500 7374657468 000000 00000000 2c000000
            """));
    }

    [Fact]
    public void Write_ReadBack_IsTheSame()
    {
        var file = PcapFile.Read(Sample());
        file.Truncated.ShouldBeFalse();
        file.Interfaces.ShouldBe(
        [
            new PcapInterface { Name = "comp1/tap1", Description = "the guest's tap", SnapLength = 256 },
            new PcapInterface { Name = "net1/eth1" },
        ]);
        file.Frames.Count.ShouldBe(2);
        file.Frames[0].At.ShouldBe(At);
        file.Frames[0].Direction.ShouldBe(PcapDirection.Inbound);
        file.Frames[0].Comment.ShouldBe("injected");
        file.Frames[0].Data.ToArray().ShouldBe(FrameBuilder.DhcpDiscover(Guest, 1));
        file.Frames[1].Interface.ShouldBe(1);
        file.Frames[1].At.ShouldBe(At.AddTicks(1));
        file.Frames[1].Length.ShouldBe(1500);
        file.Frames[1].Data.Length.ShouldBe(33);
        file.Frames[1].Direction.ShouldBe(PcapDirection.Unknown);
        file.Frames[1].Comment.ShouldBeNull();
    }

    [Fact]
    public void Write_UnknownInterface_IsRefused()
    {
        var writer = new PcapNgWriter(Stream.Null, "steth");
        Should.Throw<ArgumentOutOfRangeException>(() => writer.Write(new PcapFrame { Interface = 0, At = At, Length = 0, Data = default }));
    }

    [Fact]
    public async Task Write_ReadByTshark_ShowsNamesTimesDirectionsAndComments()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tshark"), "needs tshark: apt install tshark");
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, Sample(), TestContext.Current.CancellationToken);
            var output = await TsharkAsync(
                "-r", path, "-T", "fields", "-E", "separator=|",
                "-e", "frame.interface_name", "-e", "frame.interface_description", "-e", "frame.time_epoch", "-e", "frame.packet_flags_direction",
                "-e", "frame.comment", "-e", "frame.len", "-e", "frame.cap_len", "-e", "dhcp.option.dhcp", "-e", "udp.checksum.status", "-o", "udp.check_checksum:TRUE");
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
            [
                "comp1/tap1|the guest's tap|1767323045.123456700|0x00000001|injected|342|342|1|1",
                "net1/eth1||1767323045.123456800|||1500|33||",
            ]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<string> TsharkAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        process.ExitCode.ShouldBe(0, await error);
        return output;
    }
}
