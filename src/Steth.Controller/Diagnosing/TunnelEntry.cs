using System.Net;

namespace Steth.Controller.Diagnosing;

/// <summary>The tunnel a packet comes out of.</summary>
/// <param name="Key">The VNI, or GRE's key.</param>
/// <param name="Source">Tunnel address of the node that sent it.</param>
/// <param name="Destination">Tunnel address of the node it came to.</param>
public sealed record TunnelEntry(uint Key, IPAddress Source, IPAddress Destination);
