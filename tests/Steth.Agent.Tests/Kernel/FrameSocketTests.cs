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
    public async Task Send_QueueThatDoesNotMove_SaysSoAfterASecond()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        // A byte a second, and room for more frames than the socket may have on their way.
        scratch.Exec("tc", "qdisc replace dev a0 root tbf rate 8bit burst 2000 limit 100000000");
        var socket = FrameSocket.Open(DeviceName.Parse("a0"), scratch.Name);
        var sending = Task.Factory.StartNew(
            () =>
            {
                while (true)
                    socket.Send(Frames.Marked(1));
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        var error = await Should.ThrowAsync<OperationException>(
            sending.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        socket.Dispose();
        error.Message.ShouldBe(
            $"Cannot send on 'a0' in the network namespace '{scratch.Name}' of this host: its queue is full and does not move; look at the link.");
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
