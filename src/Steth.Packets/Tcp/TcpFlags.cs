namespace Steth.Packets.Tcp;

/// <summary>Control bits of a TCP header (RFC 9293, 3.1).</summary>
[Flags]
public enum TcpFlags : byte
{
    /// <summary>No bit set.</summary>
    None = 0,

    /// <summary>No more data from the sender.</summary>
    Fin = 1,

    /// <summary>Synchronise sequence numbers.</summary>
    Syn = 2,

    /// <summary>Reset the connection.</summary>
    Rst = 4,

    /// <summary>Push.</summary>
    Psh = 8,

    /// <summary>The acknowledgement number counts.</summary>
    Ack = 16,

    /// <summary>The urgent pointer counts.</summary>
    Urg = 32,

    /// <summary>ECN echo (RFC 3168).</summary>
    Ece = 64,

    /// <summary>Congestion window reduced (RFC 3168).</summary>
    Cwr = 128,
}
