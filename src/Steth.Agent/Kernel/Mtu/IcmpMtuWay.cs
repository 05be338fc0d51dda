using Steth.Agent.Kernel.Icmp;
using Steth.Packets.Icmp;
using Steth.Packets.Ip;

namespace Steth.Agent.Kernel.Mtu;

/// <summary>By ICMP echo, which every node answers without an agent, with as much as it was asked.</summary>
internal sealed class IcmpMtuWay(IcmpSocket socket, EchoMessage message) : MtuWay
{
    /// <inheritdoc/>
    public override int Descriptor => socket.Descriptor;

    /// <inheritdoc/>
    public override int Send(ReadOnlySpan<byte> to, int length, int number) =>
        socket.Send(message.Request(socket.IsV6, number, length - (socket.IsV6 ? IPv6Header.FixedLength : IPv4Header.MinLength)), to);

    /// <inheritdoc/>
    public override void Receive(IMtuAnswers answers)
    {
        while (socket.Receive() is var count and > 0)
        {
            for (var slot = 0; slot < count; slot++)
                Take(slot, answers);
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => socket.Dispose();

    private void Take(int slot, IMtuAnswers answers)
    {
        if (socket.Message(slot) is not { IsEmpty: false } received)
            return;
        if (received[0] == (socket.IsV6 ? IcmpType.EchoReplyV6 : IcmpType.EchoReply))
        {
            if (message.Answered(received) is { } number)
                answers.Answered(number);
        }
        else if (IcmpMessage.TryParse(received, socket.IsV6, out var error)
            && error.Quoted is { Sequence: { } sequence } quoted && message.IsQuotedBy(quoted))
        {
            var isTooLarge = socket.IsV6
                ? error.Type == IcmpType.PacketTooBigV6
                : error is { Type: IcmpType.Unreachable, Code: IcmpType.FragmentationNeededCode };
            answers.Complained(sequence, quoted.Destination, isTooLarge, $"{error.Name}, says {socket.SenderOf(slot)}");
        }
    }
}
