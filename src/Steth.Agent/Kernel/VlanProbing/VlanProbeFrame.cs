using System.Buffers.Binary;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Ethernet;
using Steth.Packets.Probe;

namespace Steth.Agent.Kernel.VlanProbing;

/// <summary>The frame of one kind of VLAN probes: everything but the VLAN stays the same from one to the next.</summary>
public sealed class VlanProbeFrame
{
    private readonly byte[] _frame;
    private readonly VlanProbeMessage _message;
    private readonly int _tagAt;
    private readonly int _payloadAt;

    private VlanProbeFrame(IReadOnlyList<VlanTag> tags, int payload, MacAddress source, VlanProbeMessage message)
    {
        var header = new EthernetHeader { Destination = MacAddress.Broadcast, Source = source, Tags = tags, Type = EtherType.Probe };
        _message = message;
        _payloadAt = header.Length;
        _tagAt = tags.Count > 0 ? 2 * MacAddress.Length + 2 : 0;
        _frame = new byte[Math.Max(EthernetHeader.MinFrameLength, header.Length + payload)];
        header.Write(_frame);
    }

    /// <summary>Bytes of the frame without its checksum.</summary>
    public int Length => _frame.Length;

    /// <summary>Makes the frame of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="isTagged">With a tag; false makes the untagged plain probe.</param>
    /// <param name="mtu">The NIC's MTU, which a full-size probe fills.</param>
    /// <param name="source">Source MAC.</param>
    /// <param name="wanted">Mark, sender, copy and tags.</param>
    public static VlanProbeFrame Make(VlanProbeKind kind, bool isTagged, int mtu, MacAddress source, VlanSendParams wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var tag = new VlanTag { Protocol = EtherType.Vlan, Id = 0 };
        IReadOnlyList<VlanTag> tags = kind switch
        {
            VlanProbeKind.DoubleTagged =>
            [
                tag with { Protocol = wanted.OuterTag == OuterTag.Service ? EtherType.ServiceVlan : EtherType.Vlan },
                tag with { Id = wanted.InnerVlan.Value },
            ],
            _ => isTagged ? [tag] : [],
        };
        var message = new VlanProbeMessage
        {
            Mark = wanted.Mark,
            Sender = (ushort)wanted.Sender,
            Vlan = 0,
            Kind = (byte)kind,
            Copy = (byte)wanted.Copy,
        };
        return new VlanProbeFrame(tags, kind == VlanProbeKind.FullSize ? mtu : VlanProbeMessage.Length, source, message);
    }

    /// <summary>Writes the frame of a VLAN.</summary>
    public void Write(int vlan, Span<byte> destination)
    {
        _frame.CopyTo(destination);
        if (_tagAt > 0)
            BinaryPrimitives.WriteUInt16BigEndian(destination[_tagAt..], (ushort)vlan);
        (_message with { Vlan = (ushort)vlan }).Write(destination[_payloadAt..]);
    }
}
