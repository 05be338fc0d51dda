using System.Globalization;
using System.Security.Cryptography;
using Steth.Agent.Leases;
using Steth.Agent.Operations.Tracing;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Building;
using Steth.Packets.Decoding;
using Steth.Packets.Filters;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.DhcpTrace"/> out.</summary>
/// <remarks>
/// Only a DISCOVER is sent, under a transaction id of its own: the server reserves nothing and the guest ignores the offer.
/// </remarks>
public sealed class DhcpTraceHandler(
    OperationHandler<PortWiringParams, PortWiringResult> wiringOf, IToolRunner tools, LeaseBook leases, TimeProvider time)
{
    private static readonly TimeSpan _preparation = TimeSpan.FromSeconds(60);

    /// <summary>Traces one exchange.</summary>
    /// <exception cref="OperationException">
    /// NoSuchDevice when the host does not know the port; InvalidParams when it is a service's port or its MAC is neither given nor known;
    /// PermissionDenied; ToolMissing; ToolFailed. No answer is no error.
    /// </exception>
    public async Task<DhcpTraceResult> HandleAsync(DhcpTraceParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.TimeoutSeconds is < 1 or > 60)
            throw new OperationException(
                OperationErrorCode.InvalidParams,
                string.Create(
                    CultureInfo.InvariantCulture, $"timeout_seconds {parameters.TimeoutSeconds} is out of range; expected 1-60."));
        var wiring = await wiringOf(
            new PortWiringParams { PortId = parameters.PortId, PhysicalInterface = parameters.PhysicalInterface }, call, cancellationToken);
        if (wiring.Plug == PortPlug.Internal)
            throw new OperationException(OperationErrorCode.InvalidParams,
                $"The port {parameters.PortId} belongs to a service of this host ({wiring.Devices[0].Device}); name the port of a guest.");
        var mac = parameters.Mac ?? wiring.Mac
            ?? throw new OperationException(
                OperationErrorCode.InvalidParams, $"Open vSwitch has no attached-mac for the port {parameters.PortId}; give its mac.");
        var xid = parameters.Xid ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        var discover = FrameBuilder.DhcpDiscover(mac, xid);
        var timeout = TimeSpan.FromSeconds(parameters.TimeoutSeconds);

        using var capture = TraceCapture.Listen(wiring, TraceFilter.Dhcp(xid));
        await using var entry = await GuestEntry.OpenAsync(wiring, timeout + _preparation, tools, leases, cancellationToken);
        var exchange = new TracedExchange
        {
            Ask = ct => entry.SendAsync(discover, ct),
            Name = frame => NameOf(frame, xid),
            IsAnswer = message => !message.SentByGuest,
            Timeout = timeout,
        };
        await exchange.RunAsync(capture, time, cancellationToken);
        return new DhcpTraceResult
        {
            Wiring = wiring,
            Xid = xid,
            Injection = entry.Method,
            InjectionNote = entry.Note,
            Devices = capture.Result(),
        };
    }

    private static TraceMessage? NameOf(DecodedFrame frame, uint xid) =>
        frame.Dhcp is { } dhcp && dhcp.Xid == xid ? new TraceMessage(dhcp.Name, SentByGuest: !dhcp.IsReply, frame) : null;
}
