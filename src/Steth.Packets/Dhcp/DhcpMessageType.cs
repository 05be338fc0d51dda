namespace Steth.Packets.Dhcp;

/// <summary>DHCP option 53 (RFC 2132, 9.6).</summary>
public enum DhcpMessageType : byte
{
    /// <summary>Not a message type.</summary>
    None = 0,

    /// <summary>A client looks for servers.</summary>
    Discover = 1,

    /// <summary>A server offers an address.</summary>
    Offer = 2,

    /// <summary>A client takes an offer, or renews.</summary>
    Request = 3,

    /// <summary>The offered address is in use.</summary>
    Decline = 4,

    /// <summary>The server grants.</summary>
    Ack = 5,

    /// <summary>The server refuses.</summary>
    Nak = 6,

    /// <summary>The client gives its address back.</summary>
    Release = 7,

    /// <summary>The client has an address and asks for the rest.</summary>
    Inform = 8,
}
