using System.Runtime.InteropServices;

namespace Steth.Agent.Tests.Kernel.Icmp;

/// <summary>Takes capabilities(7) from the calling thread.</summary>
internal static class Capabilities
{
    private const int NetRaw = 13;

    public static void DropNetRaw()
    {
        // struct __user_cap_header_struct: version 3, this thread. Then effective, permitted and inheritable, low words before high ones.
        uint[] header = [0x20080522, 0];
        var sets = new uint[6];
        CapGet(header, sets).ShouldBe(0);
        sets[0] &= ~(1u << NetRaw);
        CapSet(header, sets).ShouldBe(0);
    }

    [DllImport("libc", EntryPoint = "capget")]
    private static extern int CapGet(uint[] header, [In, Out] uint[] sets);

    [DllImport("libc", EntryPoint = "capset")]
    private static extern int CapSet(uint[] header, uint[] sets);
}
