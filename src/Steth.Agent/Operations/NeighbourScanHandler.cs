using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Steth.Agent.Kernel;
using Steth.Agent.Limits;
using Steth.Agent.Operations.Scanning;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Building;
using Steth.Packets.Decoding;
using Steth.Packets.Icmp;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.NeighbourScan"/> out.</summary>
public sealed class NeighbourScanHandler(TimeProvider time)
{
    // 40: behind the IPv6 header, where pcap-filter(7) has no name for it.
    private const string Filter = "arp or (ip6 and ip6[6] = 58 and (ip6[40] = 135 or ip6[40] = 136))";

    // Of one target.
    private const int MostMacs = 64;

    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks for all targets and listens.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams, NoSuchDevice, PermissionDenied, ToolMissing (libpcap), ToolFailed: the device is down or has no MAC address.
    /// </exception>
    public async Task<NeighbourScanResult> HandleAsync(
        NeighbourScanParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Validate(parameters);
        var (device, inside) = (parameters.Device, parameters.Namespace);
        var mac = Devices.HardwareAddress(device, inside)
            ?? throw new OperationException(OperationErrorCode.ToolFailed, $"The device '{device}' has no MAC address to ask from.");
        CallMemory.Announce(1000L * parameters.Targets.Count);
        var targets = parameters.Targets.Distinct().ToList();
        var source = targets.Any(IsV6) ? Devices.FirstIPv6(device, inside) : null;
        var asked = targets.Where(t => !IsV6(t) || source is not null).ToList();
        var scan = new Answers(mac, targets);
        List<byte[]> frames =
        [
            .. asked.Select(t => IsV6(t)
                ? FrameBuilder.NeighbourSolicitation(mac, source!, t)
                : FrameBuilder.ArpRequest(mac, IPAddress.Any, t)),
        ];
        var timing = new ScanTiming(parameters.Count, parameters.Pps, _between, TimeSpan.FromMilliseconds(parameters.WaitMs));
        var dropped = await DeviceScan.RunAsync(
            new CapturePoint { Device = device, Namespace = inside }, Filter, frames, timing, scan.Take, time, cancellationToken);
        return new NeighbourScanResult
        {
            Sent = frames.Count * parameters.Count,
            Left = scan.Left,
            Dropped = dropped,
            Neighbours = [.. parameters.Targets.Select(t => new ScannedNeighbour(t, scan.Of(t)))],
            Problems = asked.Count == targets.Count ? []
                : [$"IPv6 addresses were not asked for: '{device}' has no IPv6 address of its own to ask from."],
        };
    }

    private static bool IsV6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    private static void Validate(NeighbourScanParams wanted)
    {
        Require("targets", wanted.Targets.Count, 1, 4096, " addresses");
        Require("count", wanted.Count, 1, 10);
        Require("pps", wanted.Pps, 1, 10000);
        Require("wait_ms", wanted.WaitMs, 50, 60000);
    }

    private static void Require(string name, int value, int least, int most, string unit = "")
    {
        if (value < least || value > most)
            throw new OperationException(OperationErrorCode.InvalidParams,
                string.Create(CultureInfo.InvariantCulture, $"{name} has {value}{unit}; allowed are {least}-{most}."));
    }

    /// <summary>What was heard of each target.</summary>
    private sealed class Answers(MacAddress own, IReadOnlyList<IPAddress> targets)
    {
        private readonly Dictionary<IPAddress, List<MacAddress>> _macs = targets.ToDictionary(t => t, _ => new List<MacAddress>());

        public int Left { get; private set; }

        public List<MacAddress> Of(IPAddress target) => _macs[target];

        public void Take(FrameDirection direction, DecodedFrame frame)
        {
            if (direction == FrameDirection.Out)
            {
                var target = frame.Arp is { } request && request.SenderIp.Equals(IPAddress.Any)
                    ? request.TargetIp
                    : frame.Icmp?.NeighbourTarget;
                if (frame.Source == own && target is not null && _macs.ContainsKey(target))
                    Left++;
                return;
            }
            if (frame.Arp is { } arp)
                Add(arp.SenderIp, arp.SenderMac);
            else if (frame.Icmp is { IsV6: true, Type: IcmpType.NeighbourAdvertisementV6, NeighbourTarget: { } advertised })
                Add(advertised, frame.Source);
        }

        private void Add(IPAddress address, MacAddress mac)
        {
            if (_macs.TryGetValue(address, out var macs) && macs.Count < MostMacs && !macs.Contains(mac))
                macs.Add(mac);
        }
    }
}
