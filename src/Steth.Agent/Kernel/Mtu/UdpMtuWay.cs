using Steth.Agent.Kernel.Sockets;
using Steth.Packets.Probe;

namespace Steth.Agent.Kernel.Mtu;

/// <summary>By UDP, to reflectors that answer with little: it is the way there that is tried.</summary>
/// <param name="socket">Where packets leave.</param>
/// <param name="token">The reflectors'.</param>
/// <param name="headerLength">IP header and UDP header in bytes.</param>
/// <param name="buffer">Room for the longest message; all ways of a run may share it.</param>
internal sealed class UdpMtuWay(UdpSocket socket, ulong token, int headerLength, byte[] buffer) : MtuWay
{
    /// <inheritdoc/>
    public override int Descriptor => socket.Descriptor;

    /// <inheritdoc/>
    public override int Send(ReadOnlySpan<byte> to, int length, int number)
    {
        var message = buffer.AsSpan(0, length - headerLength);
        new ReflectedProbe
        {
            Kind = ReflectedProbeKind.LargeProbe,
            Token = token,
            Sequence = (ushort)number,
            Key = (uint)number,
        }.Write(message);
        return socket.Send(message, to);
    }

    /// <inheritdoc/>
    public override void Receive(IMtuAnswers answers)
    {
        while (socket.Receive() is var count and > 0)
        {
            for (var slot = 0; slot < count; slot++)
            {
                if (ReflectedProbe.TryParse(socket.Packet(slot), out var answer)
                    && answer.Kind == ReflectedProbeKind.Answer && answer.Token == token && answer.Key <= int.MaxValue)
                    answers.Answered((int)answer.Key);
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => socket.Dispose();
}
