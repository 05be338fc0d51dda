using System.Globalization;
using Steth.Lab.Probing;

namespace Steth.Lab.Faults;

/// <summary>Q1, Q2 and Q4: the hybrid plug's Linux bridge, its iptables rules and those of its host.</summary>
internal static class HybridFaults
{
    private const string Chain = "neutron-openvswi-";

    /// <summary>The faults.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        new()
        {
            Name = "Q1-tap-off-bridge",
            Title = "the port's tap is not in its qbr bridge",
            Fits = port => port.IsHybrid,
            Site = (_, port) => new FaultSite(port.Host, port.Tap),
            PlanAsync = (scene, _) => OffBridge(scene),
        },
        new()
        {
            Name = "Q1-qvb-off-bridge",
            Title = "the port's qvb is not in its qbr bridge",
            Fits = port => port.IsHybrid,
            Site = (_, port) => new FaultSite(port.Host, port.BridgeVeth),
            PlanAsync = (scene, _) => OffBridge(scene),
        },
        Rules("Q2-egress-drop", "the port's iptables chain lacks the security group's egress rule",
            Fault.AllBut(Symptom.NoIp, Symptom.NoFloatingIp),
            (line, id) => line == $"-A {Chain}o{id} -j RETURN"),
        Rules("Q2-ingress-drop", "the port's iptables chain lacks the security group's ingress rules",
            Fault.Only(Symptom.NoFloatingIp, Symptom.NoPeer, Symptom.LargePackets),
            (line, id) => line == $"-A {Chain}i{id} -p icmp -j RETURN"
                || line.StartsWith($"-A {Chain}i{id} -m set ", StringComparison.Ordinal)) with { Unseen = [Symptom.LargePackets] },
        Rules("Q2-dhcp-drop", "the port's iptables chain lacks the rules for DHCP",
            Fault.Only(Symptom.NoIp),
            (line, id) => line.StartsWith($"-A {Chain}o{id} ", StringComparison.Ordinal)
                && line.Contains("--dport 67 ", StringComparison.Ordinal)),
        new()
        {
            Name = "Q2-spoof-drop",
            Title = "the port's iptables chain allows another IP and MAC address",
            Fits = port => port.IsHybrid,
            Site = (_, port) => new FaultSite(port.Host, port.Tap),
            Breaks = Fault.AllBut(Symptom.NoIp),
            PlanAsync = (scene, ct) => RuleEdit.ChangeAsync(scene.Host, null, "filter",
                line => line.StartsWith($"-A {Chain}s{scene.Port.Id[..10]} -s ", StringComparison.Ordinal),
                rule => rule.Replace($"{scene.Port.Address}/32", "192.0.2.99/32", StringComparison.Ordinal)
                    .Replace(scene.Port.Mac.ToString(), "fa:16:3e:00:00:99", ignoreCase: true, CultureInfo.InvariantCulture), ct),
        },
        new()
        {
            Name = "Q4-host-forward-drop",
            Title = "an iptables rule of the compute node drops all that it forwards, bridged packets too",
            Fits = port => port.IsHybrid,
            Site = (_, port) => new FaultSite(port.Host, port.Bridge),
            PlanAsync = (scene, _) => RuleEdit.Add(scene.Site.Host, null, "filter", "FORWARD", "-j DROP").Now(),
        },
        new()
        {
            Name = "Q4-nft-forward-drop",
            Title = "an nftables rule of the compute node drops what the port's qbr forwards",
            Fits = port => port.IsHybrid,
            Site = (_, port) => new FaultSite(port.Host, port.Bridge),
            PlanAsync = (scene, _) => NftablesEdit.Drop(
                scene.Site.Host, null, "forward", $"iifname \"{scene.Port.Bridge}\"").Now(),
        },
    ];

    private static Fault Rules(
        string name, string title, Func<Plan.PortPlan, IEnumerable<string>> breaks, Func<string, string, bool> isGone) => new()
        {
            Name = name,
            Title = title,
            Fits = port => port.IsHybrid,
            Site = (_, port) => new FaultSite(port.Host, port.Tap),
            Breaks = breaks,
            PlanAsync = (scene, ct) => RuleEdit.RemoveAsync(scene.Host, null, "filter", line => isGone(line, scene.Port.Id[..10]), ct),
        };

    private static Task<FaultSteps> OffBridge(FaultScene scene) => scene.Steps(
        make: ["ip", "link", "set", scene.Site.Device, "nomaster"],
        undo: ["ip", "link", "set", scene.Site.Device, "master", scene.Port.Bridge]).Now();
}
