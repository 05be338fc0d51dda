namespace Steth.Agent.Kernel.Mtu;

/// <summary>How the packets of a search leave from one address of this host, and how answers are told.</summary>
internal abstract class MtuWay : IDisposable
{
    /// <summary>For poll(2).</summary>
    public abstract int Descriptor { get; }

    /// <summary>Sends one packet.</summary>
    /// <param name="to">struct sockaddr of the target.</param>
    /// <param name="length">Of the whole IP packet, in bytes.</param>
    /// <param name="number">Comes back in the answer.</param>
    /// <returns>0, or the kernel's errno.</returns>
    public abstract int Send(ReadOnlySpan<byte> to, int length, int number);

    /// <summary>Takes what has come.</summary>
    public abstract void Receive(IMtuAnswers answers);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>Is told what came back. A number may be none that was sent.</summary>
internal interface IMtuAnswers
{
    /// <summary>A packet was answered.</summary>
    void Answered(int number);

    /// <summary>A router complained of a packet.</summary>
    /// <param name="sequence">The low 16 bits of its number.</param>
    /// <param name="to">For whom it was.</param>
    /// <param name="isTooLarge">It was too large for it.</param>
    /// <param name="reason">What the router said, and who it is.</param>
    void Complained(ushort sequence, System.Net.IPAddress to, bool isTooLarge, string reason);
}
