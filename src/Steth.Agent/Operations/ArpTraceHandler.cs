using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Steth.Agent.Kernel;
using Steth.Agent.Operations.Tracing;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Arp;
using Steth.Packets.Building;
using Steth.Packets.Decoding;
using Steth.Packets.Filters;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.ArpTrace"/> out.</summary>
/// <param name="ovs">Reads the Open vSwitch database, to tell the DHCP port by its device.</param>
/// <param name="interfaces">Reads the devices of the DHCP namespace.</param>
/// <param name="wiringOf">Reads the wiring of the DHCP port.</param>
/// <param name="time">Counts the wait.</param>
public sealed class ArpTraceHandler(
    OperationHandler<OvsShowParams, OvsShowResult> ovs,
    OperationHandler<InterfaceListParams, InterfaceListResult> interfaces,
    OperationHandler<PortWiringParams, PortWiringResult> wiringOf,
    TimeProvider time)
{
    /// <summary>Traces one exchange.</summary>
    /// <exception cref="OperationException">
    /// NoSuchDevice when this host has no DHCP namespace of the network or no address there in the target's subnet; InvalidParams;
    /// PermissionDenied; ToolMissing; ToolFailed. No answer is no error.
    /// </exception>
    public async Task<ArpTraceResult> HandleAsync(ArpTraceParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.TimeoutSeconds is < 1 or > 60)
            throw new OperationException(
                OperationErrorCode.InvalidParams,
                string.Create(
                    CultureInfo.InvariantCulture, $"timeout_seconds {parameters.TimeoutSeconds} is out of range; expected 1-60."));
        var target = parameters.TargetIp;
        if (target.AddressFamily != AddressFamily.InterNetwork)
            throw new OperationException(
                OperationErrorCode.InvalidParams, $"target_ip {target} is not an IPv4 address; ARP asks for no other.");
        var inside = NamespaceName.Parse($"qdhcp-{parameters.NetworkId}");
        if (!NetworkNamespace.List().Contains(inside))
            throw new OperationException(OperationErrorCode.NoSuchDevice, $"There is no DHCP namespace of network {parameters.NetworkId} "
                + "on this host; ask the host whose DHCP agent serves the network.");
        NetworkNamespace.Require(inside);
        var devices = await interfaces(new InterfaceListParams { Namespace = inside }, call, cancellationToken);
        var (service, source) = SourceFor(target, devices.Interfaces, inside);
        var portId = PortOf(service.Name, await ovs(new OvsShowParams(), call, cancellationToken), inside);
        var wiring = await wiringOf(
            new PortWiringParams { PortId = portId, PhysicalInterface = parameters.PhysicalInterface }, call, cancellationToken);
        var device = DeviceName.Parse(service.Name);
        var mac = service.Mac ?? throw new OperationException(
            OperationErrorCode.ToolFailed, $"The device '{device}' {Devices.Where(inside)} has no MAC address to ask from.");
        var request = FrameBuilder.ArpRequest(mac, source, target);

        using var capture = TraceCapture.Listen(wiring, TraceFilter.Arp(target));
        using var socket = FrameSocket.Open(device, inside);
        var exchange = new TracedExchange
        {
            Ask = _ =>
            {
                socket.Send(request);
                return Task.CompletedTask;
            },
            Name = frame => NameOf(frame, source, target),
            IsAnswer = message => message.SentByGuest,
            Timeout = TimeSpan.FromSeconds(parameters.TimeoutSeconds),
        };
        var answers = await exchange.RunAsync(capture, time, cancellationToken);
        return new ArpTraceResult
        {
            Wiring = wiring,
            SourceIp = source,
            Answers = [.. answers.Select(a => a.Frame.Arp!.Value.SenderMac).Distinct()],
            Devices = capture.Result(),
        };
    }

    private static (InterfaceFacts Device, IPAddress Address) SourceFor(
        IPAddress target, IReadOnlyList<InterfaceFacts> devices, NamespaceName inside)
    {
        foreach (var device in devices)
        {
            foreach (var address in device.Addresses.Select(a => a.Address))
            {
                if (address.Address.AddressFamily == AddressFamily.InterNetwork
                    && SameSubnet(address.Address, target, address.PrefixLength))
                    return (device, address.Address);
            }
        }
        throw new OperationException(OperationErrorCode.NoSuchDevice,
            $"No device {Devices.Where(inside)} has an address in the subnet of {target}; nothing there can ask for it.");
    }

    private static bool SameSubnet(IPAddress one, IPAddress other, int prefixLength)
    {
        var mask = prefixLength == 0 ? 0 : uint.MaxValue << 32 - prefixLength;
        return (Number(one) & mask) == (Number(other) & mask);
    }

    private static uint Number(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static Guid PortOf(string device, OvsShowResult ovs, NamespaceName inside)
    {
        var owner = ovs.Bridges.SelectMany(b => b.Ports).SelectMany(p => p.Interfaces)
            .FirstOrDefault(i => i.Name == device)?.ExternalIds.GetValueOrDefault("iface-id");
        return Guid.TryParse(owner, out var id)
            ? id
            : throw new OperationException(
                OperationErrorCode.NoSuchDevice,
                $"The device '{device}' {Devices.Where(inside)} is no port of Open "
                + $"vSwitch{(ovs.Running ? "" : $" ({ovs.Reason})")}; nothing it sends gets anywhere.");
    }

    private static TraceMessage? NameOf(DecodedFrame frame, IPAddress source, IPAddress target)
    {
        if (frame.Arp is not { } arp)
            return null;
        if (arp.Operation == ArpOperation.Request && arp.SenderIp.Equals(source) && arp.TargetIp.Equals(target))
            return new TraceMessage("REQUEST", SentByGuest: false, frame);
        return arp.Operation == ArpOperation.Reply && arp.SenderIp.Equals(target) && arp.TargetIp.Equals(source)
            ? new TraceMessage("REPLY", SentByGuest: true, frame)
            : null;
    }
}
