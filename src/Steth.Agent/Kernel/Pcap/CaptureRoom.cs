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
    private static long _frameBytes;

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

    /// <summary>Takes room for a frame that waits to be read. Asked for each frame, so that no lock is taken.</summary>
    /// <returns>False: there is none, and the frame is lost.</returns>
    public static bool TakeFrame(int bytes)
    {
        if (Interlocked.Add(ref _frameBytes, bytes) <= HostLimits.QueuedFrameBytes)
            return true;
        Interlocked.Add(ref _frameBytes, -bytes);
        return false;
    }

    /// <summary>Gives the room of frames back.</summary>
    public static void GiveFramesBack(long bytes) => Interlocked.Add(ref _frameBytes, -bytes);
}
