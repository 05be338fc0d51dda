using FsCheck.Fluent;
using Steth.Packets.Ethernet;
using static Steth.Packets.Tests.SampleFrames;

namespace Steth.Packets.Tests.Ethernet;

public class EthernetHeaderTests
{
    [Fact]
    public void Write_AnyTags_ReadsTheSame() =>
        Prop.ForAll((ushort[] controls, ushort type) =>
        {
            var header = new EthernetHeader
            {
                Destination = Router,
                Source = Guest,
                Type = VlanTag.IsTag((EtherType)type) ? EtherType.IPv4 : (EtherType)type,
                Tags = [.. controls.Select(c => new VlanTag
                {
                    Protocol = c % 2 == 0 ? EtherType.Vlan : EtherType.ServiceVlan,
                    Id = (ushort)(c & 0xfff),
                    Priority = (byte)(c >> 13),
                    DropEligible = (c >> 12 & 1) == 1,
                })],
            };
            var bytes = new byte[header.Length];
            header.Write(bytes);
            return EthernetHeader.TryParse(bytes, out var parsed)
                && parsed.Tags.SequenceEqual(header.Tags) && parsed.Type == header.Type && parsed.Source == Guest && parsed.Destination == Router
                && !EthernetHeader.TryParse(bytes.AsSpan(..^1), out _);
        }).ShouldHold();
}
