using System.Globalization;
using Steth.Lab.Plan;
using Steth.Lab.Probing;
using Steth.Lab.Wiring;

namespace Steth.Lab.Faults;

/// <summary>I3: the native firewall's flows on br-int.</summary>
internal static class NativeFaults
{
    /// <summary>The faults.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        Flows("I3-egress-drop", "the native firewall lacks the security group's egress flows of the port",
            Fault.AllBut(Symptom.NoIp, Symptom.NoFloatingIp),
            (flow, _, reg) => In(flow, 72) && Has(flow, "priority=74,") && Has(flow, reg)),
        Flows("I3-ingress-drop", "the native firewall lacks the security group's ingress flows of the port",
            Fault.Only(Symptom.NoFloatingIp, Symptom.NoPeer, Symptom.LargePackets),
            (flow, _, reg) => In(flow, 82) && (Has(flow, "priority=75,") || Has(flow, "priority=70,")) && Has(flow, reg))
            with
        { Unseen = [Symptom.LargePackets] },
        Flows("I3-dhcp-drop", "the native firewall lacks the DHCP flows of the port",
            Fault.Only(Symptom.NoIp),
            (flow, _, reg) => In(flow, 71) && Has(flow, "priority=80,udp,") && Has(flow, reg)),
        Flows("I3-spoof-drop", "the native firewall does not allow the port's own IP address",
            Fault.AllBut(Symptom.NoIp),
            (flow, port, reg) => In(flow, 71) && Has(flow, reg)
                && (Has(flow, $"arp_spa={port.Address} ") || Has(flow, "priority=65,ip,"))),
    ];

    private static Fault Flows(
        string name, string title, Func<PortPlan, IEnumerable<string>> breaks, Func<string, PortPlan, string, bool> isGone) => new()
        {
            Name = name,
            Title = title,
            Fits = port => !port.IsHybrid,
            Site = (_, port) => new FaultSite(port.Host, port.Tap),
            Breaks = breaks,
            PlanAsync = (scene, ct) =>
            {
                var reg = string.Create(CultureInfo.InvariantCulture, $"reg5=0x{NodeBridges.OfPort(scene.Plan, scene.Port):x}");
                return FlowEdit.RemoveAsync(scene.Host, "br-int", flow => isGone(flow, scene.Port, reg), ct);
            },
        };

    private static bool In(string flow, int table) => flow.Contains($" table={table},", StringComparison.Ordinal);

    /// <summary>The match has the text, and it ends there or at a comma or space, when it does not itself.</summary>
    private static bool Has(string flow, string text) => flow.Contains(text, StringComparison.Ordinal)
        && (text[^1] is ',' or ' ' || flow.Contains(text + ",", StringComparison.Ordinal)
            || flow.Contains(text + " ", StringComparison.Ordinal));
}
