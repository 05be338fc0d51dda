using Steth.Agent.Limits;

namespace Steth.Agent.Kernel.Pcap;

/// <summary>
/// What all captures of this process take together. Rings and handles are the process's, not a call's, so that there is one of it.
/// </summary>
internal static class CaptureRoom
{
    private static readonly Quota Captures = new(HostLimits.Captures);
    private static readonly Quota Devices = new(HostLimits.CaptureDevices);
    private static readonly Quota Rings = new(HostLimits.RingBytes);

    /// <summary>What is kept of a frame beside its bytes.</summary>
    private const int FrameOverhead = 200;

    /// <summary>Takes a capture's place until it is disposed.</summary>
    /// <exception cref="Contracts.OperationException">Busy: as many run as may.</exception>
    public static IDisposable TakeCapture() => Captures.Take(1) == Shortage.None
        ? new QuotaPart(Captures, 1)
        : throw HostLimits.Busy($"{HostLimits.Captures} captures run", "ask again when one has ended");

    /// <summary>Takes the place of one device's two rings.</summary>
    /// <exception cref="Contracts.OperationException">Busy: there are as many devices, or bytes of rings, as may be.</exception>
    public static IDisposable TakeDevice(int ringBytes)
    {
        if (Devices.Take(1) != Shortage.None)
            throw HostLimits.Busy($"{HostLimits.CaptureDevices} devices are listened on", "ask again when a capture has ended");
        if (Rings.Take(2L * ringBytes) == Shortage.None)
            return new QuotaPart(Devices, 1, new QuotaPart(Rings, 2L * ringBytes));
        Devices.GiveBack(1);
        throw HostLimits.Busy(
            $"{HostLimits.RingBytes >> 20} MiB of capture rings are in use", "ask again when a capture has ended, or for fewer devices");
    }

    /// <summary>What a frame that waits to be read takes in memory.</summary>
    public static int FrameBytes(int length) => length + FrameOverhead;

    /// <summary>Takes room for frames that wait to be read.</summary>
    /// <returns>False: there is none, and the frames are lost.</returns>
    public static bool TakeFrames(long bytes) => CallMemory.TryTakeShared(bytes);

    /// <summary>Gives the room of frames back.</summary>
    public static void GiveFramesBack(long bytes) => CallMemory.GiveBack(bytes);
}
