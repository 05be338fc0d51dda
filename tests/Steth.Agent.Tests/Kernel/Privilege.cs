namespace Steth.Agent.Tests.Kernel;

/// <summary>What a test that changes the kernel's network needs.</summary>
internal static class Privilege
{
    public static void NeedsRoot() =>
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: makes network namespaces and devices");
}
