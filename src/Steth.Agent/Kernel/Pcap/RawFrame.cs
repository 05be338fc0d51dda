using Steth.Contracts.Operations;

namespace Steth.Agent.Kernel.Pcap;

/// <summary>A frame as libpcap hands it over.</summary>
/// <param name="Point">Index of its device in the capture.</param>
/// <param name="At">The kernel's time stamp (UTC, 100 ns).</param>
/// <param name="Direction">Received or sent by the device.</param>
/// <param name="Length">Length on the wire in bytes.</param>
/// <param name="Data">Its first bytes from the Ethernet header on, VLAN tag in place.</param>
public readonly record struct RawFrame(int Point, DateTimeOffset At, FrameDirection Direction, int Length, ReadOnlyMemory<byte> Data);
