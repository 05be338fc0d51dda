using Steth.Agent.Kernel;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations.Inspecting;

/// <summary>Settings of the kernel that are one network namespace's own (sysctl(8)).</summary>
/// <param name="IpForward">net.ipv4.ip_forward.</param>
/// <param name="BridgeNfCallIptables">net.bridge.bridge-nf-call-iptables; null: br_netfilter is not loaded.</param>
/// <param name="Conntrack">Its connection tracking; null: nf_conntrack is not loaded.</param>
internal sealed record NamespaceSettings(bool? IpForward, bool? BridgeNfCallIptables, ConntrackFacts? Conntrack)
{
    /// <summary>Those of the calling thread's namespace, which decides what /proc/sys/net shows.</summary>
    public static NamespaceSettings Read() => new(
        Flag("ipv4/ip_forward"), Flag("bridge/bridge-nf-call-iptables"), ConntrackTable.Read());

    private static bool? Flag(string name) =>
        File.Exists($"/proc/sys/net/{name}") ? BoundedFile.ReadText($"/proc/sys/net/{name}", 64).Trim() != "0" : null;
}
