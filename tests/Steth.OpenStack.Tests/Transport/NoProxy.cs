using System.Runtime.CompilerServices;

namespace Steth.OpenStack.Tests.Transport;

/// <summary>The tests' servers are on this machine: a proxy that its environment names is not for them.</summary>
internal static class NoProxy
{
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("no_proxy", "127.0.0.1");
}
