using Steth.Agent.Kernel;
using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Tests.Kernel;

public sealed class FrameSocketTests
{
    [Fact]
    public void Send_LongerThanTheMtu_SaysSo()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        using var socket = FrameSocket.Open(DeviceName.Parse("a0"), scratch.Name);

        // 1514 is what an MTU of 1500 takes; a VLAN tag comes on top of it.
        socket.Send([.. Frames.Marked(1), .. new byte[1514 - 60]]);
        socket.Send([.. Frames.Marked(1, vlan: 5), .. new byte[1518 - 60]]);
        var error = Should.Throw<OperationException>(() => socket.Send([.. Frames.Marked(1), .. new byte[1515 - 60]]));

        error.Code.ShouldBe(OperationErrorCode.ToolFailed);
        error.Message.ShouldBe($"Cannot send on 'a0' in the network namespace '{scratch.Name}' of this host: the frame is longer than its MTU.");
    }

    [Fact]
    public void Send_DeviceDeletedMeanwhile_IsNoSuchDevice()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        using var socket = FrameSocket.Open(DeviceName.Parse("a0"), scratch.Name);
        scratch.Ip("link delete a0");

        var error = Should.Throw<OperationException>(() => socket.Send(Frames.Marked(1)));

        error.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        error.Message.ShouldBe($"The network device 'a0' in the network namespace '{scratch.Name}' of this host went away.");
    }
}
