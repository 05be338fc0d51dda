namespace Steth.Packets.Arp;

/// <summary>What an ARP packet asks or tells (RFC 826, ar$op).</summary>
public enum ArpOperation : ushort
{
    /// <summary>Not an operation.</summary>
    None = 0,

    /// <summary>Who has the target address?</summary>
    Request = 1,

    /// <summary>The sender has the sender address.</summary>
    Reply = 2,
}
