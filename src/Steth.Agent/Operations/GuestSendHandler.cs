using System.Globalization;
using Steth.Agent.Leases;
using Steth.Agent.Operations.Tracing;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.GuestSend"/> out.</summary>
public sealed class GuestSendHandler(
    OperationHandler<PortWiringParams, PortWiringResult> wiringOf, IToolRunner tools, LeaseBook leases)
{
    // Making and deleting the way in, on a host that is busy.
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(60);

    /// <summary>Sends the frames where the guest's own enter, or as near to it as this host allows.</summary>
    /// <exception cref="OperationException">
    /// NoSuchDevice when the host does not know the port; InvalidParams for a service's port, a frame that cannot be crafted, or when there
    /// is no MAC to send from; PermissionDenied; ToolMissing; ToolFailed with the kernel's words when one is refused, and which.
    /// </exception>
    public async Task<GuestSendResult> HandleAsync(GuestSendParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Frames.Count is < 1 or > 32)
            throw new OperationException(OperationErrorCode.InvalidParams,
                string.Create(CultureInfo.InvariantCulture, $"frames has {parameters.Frames.Count} frames; expected 1-32."));
        foreach (var frame in parameters.Frames)
            CraftedFrame.Validate(frame);
        var wiring = await wiringOf(new PortWiringParams { PortId = parameters.PortId }, call, cancellationToken);
        if (wiring.Plug == PortPlug.Internal)
            throw new OperationException(OperationErrorCode.InvalidParams,
                $"The port {parameters.PortId} belongs to a service of this host ({wiring.Devices[0].Device}); name the port of a guest.");
        var frames = parameters.Frames.Select((frame, i) => CraftedFrame.Build(frame, SourceOf(frame, wiring), (uint)i)).ToList();
        await using var entry = await GuestEntry.OpenAsync(wiring, _longest, tools, leases, cancellationToken);
        var sent = 0;
        foreach (var frame in frames)
        {
            try
            {
                await entry.SendAsync(frame, cancellationToken);
                sent++;
            }
            catch (OperationException e) when (sent > 0)
            {
                throw new OperationException(e.Code,
                    string.Create(CultureInfo.InvariantCulture, $"Frame {sent + 1} of {frames.Count} was refused: {e.Message}"), e);
            }
        }
        return new GuestSendResult { Injection = entry.Method, InjectionNote = entry.Note, Sent = sent, Mac = wiring.Mac };
    }

    private static MacAddress SourceOf(FrameSpec frame, PortWiringResult wiring) =>
        frame.SourceMac ?? wiring.Mac
        ?? throw new OperationException(OperationErrorCode.InvalidParams,
            $"source_mac is missing; Open vSwitch has no attached-mac for the port {wiring.PortId}.");
}
