using System.Buffers.Binary;
using Steth.Packets.Building;
using Steth.Packets.Ip;
using Steth.Packets.Udp;
using static Steth.Packets.Tests.SampleFrames;

namespace Steth.Packets.Tests.Udp;

public class UdpHeaderTests
{
    [Fact]
    public void Write_ChecksumOfZero_IsSentAsOnes()
    {
        // Find the payload whose datagram sums to zero, as one in 65,536 does.
        var frame = FrameBuilder.Udp(Guest, Router, Ip1, Ip2, 1, 2, [0, 0]);
        var checksum = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(40));
        frame = FrameBuilder.Udp(Guest, Router, Ip1, Ip2, 1, 2, [(byte)(checksum >> 8), (byte)checksum]);
        BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(40)).ShouldBe((ushort)0xffff);
        InternetChecksum.Compute(Ip1, Ip2, IpProtocol.Udp, frame.AsSpan(34, 10)).ShouldBe((ushort)0);
    }

    [Theory]
    [InlineData("0044 0043 0007 0000", false)]
    [InlineData("0044 0043 0008 00", false)]
    [InlineData("0044 0043 0134 0000", true)]
    public void TryParse_ChecksLengths(string hex, bool valid) => UdpHeader.TryParse(Hex(hex), out _).ShouldBe(valid);
}
