using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Steth.Contracts;
using Steth.Contracts.Operations;
using static Steth.Agent.Kernel.Pcap.PcapNative;

namespace Steth.Agent.Kernel.Pcap;

/// <summary>
/// A device that is being listened on: frames queue in the kernel from the moment it is open. Two handles, one a direction, because
/// libpcap does not tell the direction of a frame on an Ethernet link.
/// </summary>
/// <remarks>
/// Promiscuous, since the frames that matter are addressed to guests and not to the NIC: an offer to a guest's MAC would otherwise
/// be filtered by the hardware. libpcap puts the VLAN tag, which the kernel strips on receipt, back into the data.
/// </remarks>
public sealed class PcapDevice : IDisposable
{
    /// <summary>
    /// Instructions of a filter before libpcap optimizes them, which takes time and memory with their square: some 100 ms and 10 MB for as
    /// many. A filter of eleven exchanges has 5,000.
    /// </summary>
    private const int MostInstructions = 8192;

    /// <summary>Of what libpcap takes for a filter meanwhile there is never more than one.</summary>
    internal static readonly Lock Compiling = new();

    private readonly IDisposable _place;

    private PcapDevice(CapturePoint point, PcapHandle incoming, PcapHandle outgoing, IDisposable place)
    {
        _place = place;
        Point = point;
        Incoming = incoming;
        Outgoing = outgoing;
    }

    /// <summary>Where it listens.</summary>
    public CapturePoint Point { get; }

    internal PcapHandle Incoming { get; }

    internal PcapHandle Outgoing { get; }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="OperationException">
    /// NoSuchDevice (device or namespace), PermissionDenied, InvalidParams with libpcap's words for the filter, ToolMissing when libpcap
    /// is not installed, ToolFailed when the device is down or carries no Ethernet, Busy when as much is captured as may be.
    /// </exception>
    public static PcapDevice Open(CapturePoint point, CaptureSettings settings)
    {
        ArgumentNullException.ThrowIfNull(point);
        ArgumentNullException.ThrowIfNull(settings);
        RequireLibrary();
        var place = CaptureRoom.TakeDevice(settings.RingBytes);
        try
        {
            return NetworkNamespace.Run(point.Namespace, () => Open(point, settings, place));
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Frames the kernel had no room for (pcap_stats(3PCAP) ps_drop). Both rings see both directions, so this is the most that can be
    /// missing, not an exact count.
    /// </summary>
    public long Dropped => DroppedOf(Incoming) + DroppedOf(Outgoing);

    /// <inheritdoc/>
    public void Dispose()
    {
        Incoming.Dispose();
        Outgoing.Dispose();
        _place.Dispose();
    }

    private static PcapDevice Open(CapturePoint point, CaptureSettings settings, IDisposable place)
    {
        _ = Devices.Index(point.Device, point.Namespace);
        var incoming = OpenOne(point, settings, DirectionIn);
        try
        {
            return new PcapDevice(point, incoming, OpenOne(point, settings, DirectionOut), place);
        }
        catch
        {
            incoming.Dispose();
            throw;
        }
    }

    private static void RequireLibrary()
    {
        // The runtime keeps the library once loaded; the handle asked for here is only the question whether it is there.
        if (!NativeLibrary.TryLoad(Library, out _))
            throw new OperationException(
                OperationErrorCode.ToolMissing, $"{Library} is not installed on this host; install the package libpcap0.8.");
    }

    private static unsafe PcapHandle OpenOne(CapturePoint point, CaptureSettings settings, int direction)
    {
        var errors = stackalloc byte[ErrorBufferSize];
        errors[0] = 0;
        var handle = new PcapHandle(Create(point.Device.ToString(), errors));
        try
        {
            if (handle.IsInvalid)
                throw Refused(point, Text(errors));
            _ = SetSnapLength(handle, settings.SnapLength);
            _ = SetPromiscuous(handle, 1);
            _ = SetImmediate(handle, 1);
            _ = SetBufferSize(handle, settings.RingBytes);
            _ = SetTimestampPrecision(handle, NanosecondPrecision);
            var status = Activate(handle);
            if (status < 0)
                throw NotActivated(point, status, Text(LastError(handle)));
            if (LinkType(handle) != EthernetLink)
                throw Refused(point, "it carries no Ethernet frames");
            Filter(handle, point, settings.Filter);
            if (SetDirection(handle, direction) < 0)
                throw Refused(point, Text(LastError(handle)));
            if (SetNonBlocking(handle, 1, errors) < 0)
                throw Refused(point, Text(errors));
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static unsafe void Filter(PcapHandle handle, CapturePoint point, string filter)
    {
        BpfProgram program;
        lock (Compiling)
        {
            if (Compile(handle, &program, filter, 0, UnknownNetmask) < 0)
                throw new OperationException(OperationErrorCode.InvalidParams,
                    $"The capture filter '{filter}' is not valid: {Text(LastError(handle))}; see pcap-filter(7).");
            var length = program.Length;
            FreeCode(&program);
            if (length > MostInstructions)
                throw new OperationException(OperationErrorCode.InvalidParams,
                    $"The capture filter makes {length} instructions, and {MostInstructions} are the most; ask for less in one filter.");
            if (Compile(handle, &program, filter, 1, UnknownNetmask) < 0)
                throw Refused(point, Text(LastError(handle)));
        }
        try
        {
            if (SetFilter(handle, &program) < 0)
                throw Refused(point, Text(LastError(handle)));
        }
        finally
        {
            FreeCode(&program);
        }
    }

    private static unsafe OperationException NotActivated(CapturePoint point, int status, string words) => status switch
    {
        ErrorNoSuchDevice => Devices.Missing(point.Device, point.Namespace),
        ErrorPermissionDenied or ErrorPromiscuousDenied => new OperationException(
            OperationErrorCode.PermissionDenied,
            $"The agent may not capture on '{point.Device}' {Devices.Where(point.Namespace)}; run it with CAP_NET_RAW."),
        ErrorNotUp => Refused(point, "the device is down"),
        _ => Refused(point, words.Length > 0 ? words : Text(StatusText(status))),
    };

    private static OperationException Refused(CapturePoint point, string words) =>
        new(OperationErrorCode.ToolFailed, $"Cannot capture on '{point.Device}' {Devices.Where(point.Namespace)}: {words}.");

    private static long DroppedOf(PcapHandle handle) => Statistics(handle, out var counts) == 0 ? counts.Dropped : 0;

    /// <summary>What wakes a thread that polls devices.</summary>
    /// <exception cref="OperationException">ToolFailed: the kernel has no descriptor left.</exception>
    internal static SafeFileHandle Wakener()
    {
        const int closeOnExec = 0x80000;
        var wake = new SafeFileHandle(EventFd(0, closeOnExec), ownsHandle: true);
        return wake.IsInvalid
            ? throw new OperationException(
                OperationErrorCode.ToolFailed, $"The kernel refused an eventfd for a capture: {Marshal.GetLastPInvokeErrorMessage()}.")
            : wake;
    }

    internal static unsafe string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
