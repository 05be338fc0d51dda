using FsCheck.Fluent;
using Steth.Packets.Decoding;
using Steth.Packets.Pcap;

namespace Steth.Packets.Tests.Decoding;

public class FrameDecoderFuzzTests
{
    [Fact]
    public void Decode_CutAtEveryLength_NeverThrows()
    {
        foreach (var frame in SampleFrames.All)
        {
            for (var length = 0; length <= frame.Length; length++)
            {
                // A copy of exactly this length: reading past it would throw.
                var decoded = FrameDecoder.Decode(frame.AsSpan(0, length).ToArray());
                decoded.Length.ShouldBe(length);
                decoded.Summary.ShouldNotBeNullOrEmpty();
            }
        }
    }

    [Fact]
    public void Decode_RandomBytes_NeverThrows() =>
        Prop.ForAll((byte[] bytes) => FrameDecoder.Decode(bytes).Summary.Length > 0).ShouldHold();

    [Fact]
    public void Decode_DamagedFrames_NeverThrows()
    {
        var samples = SampleFrames.All.ToArray();
        Prop.ForAll((int which, int[] at, byte[] with) =>
        {
            var frame = (byte[])samples[(uint)which % samples.Length].Clone();
            for (var i = 0; i < Math.Min(at.Length, with.Length); i++)
                frame[(uint)at[i] % frame.Length] = with[i];
            return FrameDecoder.Decode(frame).Summary.Length > 0;
        }).ShouldHold(5000);
    }

    [Fact]
    public void Read_DamagedCaptureFiles_SaysSoOrReads()
    {
        var samples = Captures.Names.Select(Captures.Bytes).ToList();
        using var stream = new MemoryStream();
        var writer = new PcapNgWriter(stream, "steth test");
        writer.AddInterface(new PcapInterface { Name = "eth0", Description = "a" });
        foreach (var frame in SampleFrames.All.Take(3))
            writer.Write(new PcapFrame { Interface = 0, At = DateTimeOffset.UnixEpoch, Length = frame.Length, Data = frame, Direction = PcapDirection.Inbound, Comment = "c" });
        samples.Add(stream.ToArray());
        foreach (var sample in samples)
        {
            for (var length = 4; length < sample.Length; length++)
                PcapFile.Read(sample.AsSpan(0, length)).Frames.Count.ShouldBeLessThanOrEqualTo(6);
        }
        Prop.ForAll((int which, int[] at, byte[] with) =>
        {
            var file = (byte[])samples[(int)((uint)which % samples.Count)].Clone();
            for (var i = 0; i < Math.Min(at.Length, with.Length); i++)
                file[(uint)at[i] % file.Length] = with[i];
            try
            {
                return PcapFile.Read(file).Frames.Count >= 0;
            }
            catch (FormatException e)
            {
                return e.Message.Length > 0;
            }
        }).ShouldHold(5000);
    }
}
