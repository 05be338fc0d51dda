namespace Steth.Packets.Decoding;

/// <summary>A frame in a VXLAN tunnel.</summary>
/// <param name="Vni">VXLAN network identifier, 0–16777215.</param>
/// <param name="Inner">The frame inside; its own tunnels are not opened.</param>
public sealed record VxlanFrame(int Vni, DecodedFrame Inner);
