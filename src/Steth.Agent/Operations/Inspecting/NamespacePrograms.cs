using Steth.Agent.Kernel;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations.Inspecting;

/// <summary>The programs of a network namespace that matter to its network.</summary>
internal static class NamespacePrograms
{
    private const int Most = 1000;

    // The host's own namespace is full of others.
    private static readonly string[] _names = ["haproxy", "dnsmasq", "keepalived", "radvd", "ovs-vswitchd", "ovsdb-server"];

    /// <summary>
    /// All of a named namespace but the agent's own children (the tools with which it looks are no part of what it sees); of the agent's
    /// own namespace those of Neutron and Open vSwitch.
    /// </summary>
    public static IReadOnlyList<ProcessFacts> Read(NamespaceName? inside)
    {
        var all = Processes.In(NetworkNamespace.Identity(inside)).Where(p => p.Parent != Environment.ProcessId).Select(p => p.Facts);
        return [.. (inside is null ? all.Where(IsNetworking) : all).Take(Most)];
    }

    // A Python program's own name is its second argument, or its third behind an option of the interpreter.
    private static bool IsNetworking(ProcessFacts process) =>
        process.Arguments.Take(3).Prepend(process.Name).Select(a => a[(a.LastIndexOf('/') + 1)..])
            .Any(n => n.StartsWith("neutron-", StringComparison.Ordinal) || _names.Contains(n));
}
