using Steth.Contracts.Operations;

namespace Steth.Agent.Operations.Tracing;

/// <summary>Tells directions as seen from the guest: outbound from it towards the network, inbound towards it.</summary>
public static class GuestSide
{
    /// <summary>
    /// Whether a frame that crossed a device goes outbound; null where the device's direction tells nothing: a Linux bridge receives
    /// frames from both sides.
    /// </summary>
    public static bool? IsOutbound(PortPlug plug, PortDeviceKind device, FrameDirection direction)
    {
        var received = direction == FrameDirection.In;
        return device switch
        {
            // The guest's side of the host: what it receives, or a service in a namespace receives, comes from a guest.
            PortDeviceKind.Tap or PortDeviceKind.Qvo or PortDeviceKind.Router => received,
            PortDeviceKind.Qvb => !received,
            // On a service's host a guest's frames come in by the NIC, on the guest's own they leave by it.
            PortDeviceKind.Nic => plug == PortPlug.Internal ? received : !received,
            _ => null,
        };
    }
}
