using Steth.Contracts.Operations;
using Steth.Diagnosis.Checks;

namespace Steth.Diagnosis.Verdicts;

/// <summary>What kind of wiring a port has, and whether this version follows it.</summary>
public static class Architecture
{
    /// <summary>For the report: <c>ml2-ovs hybrid vlan</c>; what is not followed by its name alone: <c>dvr</c>, <c>ovn</c>.</summary>
    public static string Name(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (Foreign(situation) is { } foreign)
            return foreign.Name;
        var plug = situation.GuestWiring?.Plug switch
        {
            PortPlug.Hybrid => " hybrid",
            PortPlug.Native => " native",
            PortPlug.Internal => " internal",
            _ => "",
        };
        return $"ml2-ovs{plug}{(situation.Port.Network.Type is { } type ? " " + type : "")}";
    }

    /// <summary>Why this version does not follow the port, a sentence; null: it does.</summary>
    public static string? Unsupported(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        return situation.Port.Unsupported ?? Foreign(situation)?.Reason;
    }

    private static (string Name, string Reason)? Foreign(DiagnosisCase situation)
    {
        var port = situation.Port;
        var host = situation.GuestHost ?? situation.Evidence.Host(port.BindingHost);
        if (port.VnicType is { } vnic and not "normal")
            return ("sr-iov", $"the port's vnic_type is {vnic}: its packets bypass Open vSwitch, and this version does not follow them");
        if (port.VifType is "bridge")
            return ("linux-bridge", "the port is wired by the Linux bridge agent, which this version does not follow");
        if (port.VifType is "hw_veb" or "hostdev_physical" or "macvtap")
            return ("sr-iov", $"the port's vif_type is {port.VifType}, which this version does not follow");
        if (host?.Ovs?.ExternalIds.ContainsKey("ovn-remote") == true)
            return ("ovn", $"{host.Name} is an OVN chassis (Open_vSwitch external_ids:ovn-remote), which this version does not follow");
        if (port.Router?.Distributed == true || host?.NamespaceNames?.Any(n => n.StartsWith("fip-", StringComparison.Ordinal)) == true)
            return ("dvr", "the network's router is distributed (DVR), which this version does not follow");
        if (port.Router?.HighlyAvailable == true)
            return ("l3-ha", "the network's router is highly available (VRRP), which this version does not follow");
        return null;
    }
}
