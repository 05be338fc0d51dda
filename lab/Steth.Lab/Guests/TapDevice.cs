using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Steth.Lab.Processes;

namespace Steth.Lab.Guests;

/// <summary>A TAP device whose descriptor this process holds, as QEMU holds a VM's: what is written comes from the guest. It goes away with the process.</summary>
internal sealed class TapDevice : IDisposable
{
    private const nuint SetInterface = 0x400454ca; // TUNSETIFF, linux/if_tun.h
    private const short Tap = 0x0002;              // IFF_TAP
    private const short NoPacketInfo = 0x1000;     // IFF_NO_PI
    private const int NameLength = 16;
    private const int RequestLength = 40;          // struct ifreq

    private readonly SafeFileHandle _handle;

    private TapDevice(SafeFileHandle handle) => _handle = handle;

    /// <summary>Creates the device in this process's network namespace.</summary>
    /// <exception cref="LabException">The kernel refuses.</exception>
    public static TapDevice Create(string name)
    {
        var descriptor = Native.Open("/dev/net/tun", Native.OpenReadWrite);
        if (descriptor < 0)
            throw Refused(name, "open /dev/net/tun");
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        Span<byte> request = stackalloc byte[RequestLength];
        request.Clear();
        Encoding.ASCII.GetBytes(name, request[..NameLength]);
        BinaryPrimitives.WriteInt16LittleEndian(request[NameLength..], Tap | NoPacketInfo);
        if (Native.Control(descriptor, SetInterface, request) < 0)
        {
            handle.Dispose();
            throw Refused(name, "TUNSETIFF");
        }
        return new TapDevice(handle);
    }

    /// <summary>Waits for the next frame that goes to the guest. System calls by hand: .NET's file reads want an offset, which a TAP has not.</summary>
    /// <returns>Its length; negative when the device is down, or gone.</returns>
    public int Read(Span<byte> frame) => (int)Native.Read(_handle, frame, (nuint)frame.Length);

    /// <summary>Sends a frame from the guest; false when the device is down.</summary>
    public bool Write(ReadOnlySpan<byte> frame) => Native.Write(_handle, frame, (nuint)frame.Length) == frame.Length;

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static LabException Refused(string name, string what)
    {
        var cause = new Win32Exception(Marshal.GetLastPInvokeError());
        return new LabException($"TAP device {name} cannot be made ({what}: {cause.Message}): it needs root and the kernel's tun driver.", cause);
    }
}
