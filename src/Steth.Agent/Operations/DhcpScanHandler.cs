using System.Globalization;
using System.Net;
using Steth.Agent.Kernel;
using Steth.Agent.Limits;
using Steth.Agent.Operations.Scanning;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Building;
using Steth.Packets.Decoding;
using Steth.Packets.Dhcp;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.DhcpScan"/> out.</summary>
/// <remarks>Only DISCOVERs are sent: a server commits nothing before a request, and with our own ids no client takes the offer.</remarks>
public sealed class DhcpScanHandler(TimeProvider time)
{
    private const uint VlanBits = 0xfff;
    private const uint RunBits = 0xff000000;
    private const int MostHeard = 64;
    private const int MostOffers = 64;

    // The vlan clause shifts what follows it (pcap-filter(7)), so it comes last.
    private const string Bare = "(udp and (port 67 or port 68))";
    private const string Filter = $"{Bare} or (vlan and {Bare})";

    // Scanners of one run do not begin at the same moment, and are to hear each other.
    private static readonly TimeSpan _between = TimeSpan.FromSeconds(1);

    /// <summary>Asks in all VLANs and listens.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams, NoSuchDevice, PermissionDenied, ToolMissing (libpcap), ToolFailed: the NIC is down or has no MAC address.
    /// </exception>
    public async Task<DhcpScanResult> HandleAsync(DhcpScanParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Validate(parameters);
        var mac = Devices.HardwareAddress(parameters.Device, parameters.Namespace)
            ?? throw new OperationException(
                OperationErrorCode.ToolFailed, $"The device '{parameters.Device}' has no MAC address to ask from.");
        CallMemory.Announce(1500L * (parameters.Vlans.Count + 1));
        List<VlanId?> places =
            [.. parameters.Untagged ? [null] : Array.Empty<VlanId?>(), .. parameters.Vlans.Distinct().Select(v => (VlanId?)v)];
        var heard = places.ToDictionary(v => (int)(v?.Value ?? 0), v => new Heard(v, parameters.FirstXid + (v?.Value ?? 0u)));
        List<byte[]> frames = [.. heard.Values.Select(h => FrameBuilder.DhcpDiscover(mac, h.Xid, vlan: h.Vlan))];
        var timing = new ScanTiming(parameters.Count, parameters.Pps, _between, TimeSpan.FromMilliseconds(parameters.WaitMs));
        var dropped = await DeviceScan.RunAsync(
            new CapturePoint { Device = parameters.Device, Namespace = parameters.Namespace }, Filter, frames, timing,
            Take, time, cancellationToken);
        return new DhcpScanResult { Dropped = dropped, Vlans = [.. heard.Values.Select(h => h.Result())] };

        void Take(FrameDirection direction, DecodedFrame frame)
        {
            if (frame.Dhcp is { } dhcp && heard.TryGetValue(frame.Vlan?.Value ?? 0, out var place))
                place.Take(direction, frame.Source, dhcp, parameters.FirstXid);
        }
    }

    private static void Validate(DhcpScanParams wanted)
    {
        Require(wanted.Vlans.Count <= 4094, $"vlans has {wanted.Vlans.Count} entries; at most 4094 are allowed.");
        Require(wanted.Untagged || wanted.Vlans.Count > 0, $"Neither vlans nor untagged is asked for; there is nothing to do.");
        Require((wanted.FirstXid & VlanBits) == 0, $"first_xid {wanted.FirstXid} has low bits set; its last 12 bits are for the VLAN.");
        Require(wanted.Count is >= 1 and <= 10, $"count {wanted.Count} is out of range; expected 1-10.");
        Require(wanted.Pps is >= 1 and <= 10000, $"pps {wanted.Pps} is out of range; expected 1-10000.");
        Require(wanted.WaitMs is >= 100 and <= 60000, $"wait_ms {wanted.WaitMs} is out of range; expected 100-60000.");
    }

    private static void Require(bool holds, FormattableString otherwise)
    {
        if (!holds)
            throw new OperationException(OperationErrorCode.InvalidParams, otherwise.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What was heard in one VLAN.</summary>
    private sealed class Heard(VlanId? vlan, uint xid)
    {
        private readonly List<uint> _others = [];
        private readonly List<DhcpScanOffer> _offers = [];
        private int _left;

        public VlanId? Vlan => vlan;

        public uint Xid => xid;

        public void Take(FrameDirection direction, MacAddress source, DhcpMessage message, uint first)
        {
            if (direction == FrameDirection.Out)
                _left += message.Xid == xid ? 1 : 0;
            else if (message.MessageType == DhcpMessageType.Discover && IsOther(message.Xid, first))
                Add(_others, message.Xid & ~VlanBits, MostHeard);
            else if (message.MessageType == DhcpMessageType.Offer && message.Xid == xid)
                Add(message, source);
        }

        public ScannedVlan Result() => new() { VlanId = vlan, Left = _left, Heard = _others, Offers = _offers };

        // Of this run, but another scanner's, and in the VLAN it was sent in.
        private bool IsOther(uint other, uint first) =>
            ((other ^ first) & RunBits) == 0 && ((other ^ first) & ~VlanBits) != 0 && (other & VlanBits) == (xid & VlanBits);

        private void Add(DhcpMessage offer, MacAddress source)
        {
            if (_offers.Any(o => o.Mac == source && Equals(o.Server, offer.ServerIdentifier)))
                return;
            Add(
                _offers,
                new DhcpScanOffer
                {
                    Server = offer.ServerIdentifier,
                    Mac = source,
                    Offered = offer.YourIp,
                    Relay = offer.RelayIp.Equals(IPAddress.Any) ? null : offer.RelayIp,
                },
                MostOffers);
        }

        private static void Add<T>(List<T> list, T value, int most)
        {
            if (list.Count < most && !list.Contains(value))
                list.Add(value);
        }
    }
}
