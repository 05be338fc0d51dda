using Steth.Diagnosis.Evidence;

namespace Steth.Diagnosis.Checks.Filters;

/// <summary>By which hooks of netfilter the packets of a probe come (nft(8), "Hooks").</summary>
internal static class FilterHooks
{
    /// <summary>A packet that a host of its own receives and answers.</summary>
    public static bool OfHost(FilterDrop drop, ProbeKind probe, IEnumerable<string> devices) => drop.Hook != "forward"
        && (drop.Family, drop.Hook) switch
        {
            (_, "ingress" or "egress") => drop.Devices.Any(devices.Contains),
            ("ip" or "inet", _) => !probe.IsArp(),
            ("arp", _) => probe.IsArp(),
            _ => false,
        };

    /// <summary>A packet that is routed on.</summary>
    public static bool OfRouter(FilterDrop drop, ProbeKind probe, IEnumerable<string> devices) => drop.Hook switch
    {
        "ingress" or "egress" => drop.Devices.Any(devices.Contains),
        "prerouting" or "forward" or "postrouting" => drop.Family is "ip" or "inet" && !probe.IsArp(),
        _ => false,
    };
}
