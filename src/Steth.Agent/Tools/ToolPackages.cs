using System.Collections.Frozen;
using Steth.Contracts;

namespace Steth.Agent.Tools;

/// <summary>Which Debian package holds a program the agent runs (packages.debian.org, bookworm).</summary>
public static class ToolPackages
{
    private static readonly FrozenDictionary<string, string> Packages = new Dictionary<string, string>
    {
        ["ip"] = "iproute2",
        ["tc"] = "iproute2",
        // openvswitch-switch brings openvswitch-common along: one name to install for all three.
        ["ovs-vsctl"] = "openvswitch-switch",
        ["ovs-ofctl"] = "openvswitch-switch",
        ["ovs-appctl"] = "openvswitch-switch",
        ["iperf3"] = "iperf3",
        ["iperf"] = "iperf",
        ["iptables-save"] = "iptables",
        ["getent"] = "libc-bin",
        ["nft"] = "nftables",
        ["nsenter"] = "util-linux",
        ["setsid"] = "util-linux",
        ["setpriv"] = "util-linux",
    }.ToFrozenDictionary();

    /// <summary>Every program in the table, by name.</summary>
    public static IReadOnlyList<string> Programs { get; } = [.. Packages.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The error for a program that is not there; names its package.</summary>
    public static OperationException Missing(string program) =>
        new(OperationErrorCode.ToolMissing, PackageOf(program) is { } package
            ? $"'{program}' is not installed on this host; install the package {package}."
            : $"'{program}' is not installed on this host.");

    /// <summary>The package that holds <paramref name="program"/>; null when the table does not know it.</summary>
    public static string? PackageOf(string program) => Packages.GetValueOrDefault(program);
}
