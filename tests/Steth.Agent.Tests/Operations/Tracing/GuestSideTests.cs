using Steth.Agent.Operations.Tracing;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations.Tracing;

public sealed class GuestSideTests
{
    [Theory]
    [InlineData(PortPlug.Hybrid, PortDeviceKind.Tap, FrameDirection.In, true)]
    [InlineData(PortPlug.Hybrid, PortDeviceKind.Tap, FrameDirection.Out, false)]
    [InlineData(PortPlug.Hybrid, PortDeviceKind.Qbr, FrameDirection.In, null)]
    [InlineData(PortPlug.Hybrid, PortDeviceKind.Qvb, FrameDirection.Out, true)]
    [InlineData(PortPlug.Hybrid, PortDeviceKind.Qvb, FrameDirection.In, false)]
    [InlineData(PortPlug.Hybrid, PortDeviceKind.Qvo, FrameDirection.In, true)]
    [InlineData(PortPlug.Hybrid, PortDeviceKind.Qvo, FrameDirection.Out, false)]
    [InlineData(PortPlug.Native, PortDeviceKind.Nic, FrameDirection.Out, true)]
    [InlineData(PortPlug.Native, PortDeviceKind.Nic, FrameDirection.In, false)]
    [InlineData(PortPlug.Internal, PortDeviceKind.Tap, FrameDirection.In, true)]
    [InlineData(PortPlug.Internal, PortDeviceKind.Tap, FrameDirection.Out, false)]
    [InlineData(PortPlug.Internal, PortDeviceKind.Nic, FrameDirection.In, true)]
    [InlineData(PortPlug.Internal, PortDeviceKind.Nic, FrameDirection.Out, false)]
    public void IsOutbound_DeviceAndDirection_SeenFromTheGuest(PortPlug plug, PortDeviceKind device, FrameDirection direction, bool? outbound) =>
        GuestSide.IsOutbound(plug, device, direction).ShouldBe(outbound);
}
