using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Steth.Agent.Kernel;
using Steth.Contracts.Names;

namespace Steth.Agent.Tests.Kernel;

/// <summary>A tap as a hypervisor holds it: what the host sends on it, the guest reads here.</summary>
internal sealed class HeldTap : IDisposable
{
    private readonly SafeFileHandle _file;

    public HeldTap(string name, NamespaceName inside) => _file = NetworkNamespace.Run(inside, () => Open(name));

    /// <summary>Frames the guest got since the last time.</summary>
    public List<byte[]> ReadAll()
    {
        var frames = new List<byte[]>();
        var buffer = new byte[4096];
        while (Read(_file, buffer, (nuint)buffer.Length) is var length and > 0)
            frames.Add(buffer[..(int)length]);
        return frames;
    }

    /// <summary>The guest sends.</summary>
    public void Send(byte[] frame) => Write(_file, frame, (nuint)frame.Length).ShouldBe((nint)frame.Length);

    public void Dispose() => _file.Dispose();

    private static SafeFileHandle Open(string name)
    {
        const int readWriteNonBlocking = 2 | 0x800, tapWithoutHeader = 0x2 | 0x1000;
        const uint tunSetIff = 0x400454ca;
        var file = new SafeFileHandle(OpenFile("/dev/net/tun\0"u8.ToArray(), readWriteNonBlocking), ownsHandle: true);
        var request = new byte[40];
        Encoding.ASCII.GetBytes(name, request);
        BitConverter.TryWriteBytes(request.AsSpan(16), (short)tapWithoutHeader);
        if (file.IsInvalid || Control(file, tunSetIff, request) < 0)
            throw new InvalidOperationException($"/dev/net/tun: {Marshal.GetLastPInvokeErrorMessage()}");
        return file;
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int OpenFile(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Control(SafeHandle file, nuint request, byte[] argument);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    private static extern nint Read(SafeHandle file, byte[] buffer, nuint length);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(SafeHandle file, byte[] buffer, nuint length);
}
