using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>U1: the pair of patch ports between br-int and the bridge that leads out is missing, or does not lead there.</summary>
public sealed class PatchBrokenCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.PatchBroken;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        foreach (var integration in situation.Hops.Where(h => h.Kind == HopKind.IntegrationBridge))
        {
            if (situation.Evidence.Host(integration.Host)?.Ovs is not { Running: true } ovs)
                continue;
            foreach (var outer in Outer(situation, integration, ovs))
            {
                if (Broken(ovs, integration.Device, outer.Bridge, outer.IsTunnel) is not { } broken)
                    continue;
                yield return new Finding
                {
                    Cause = Cause,
                    Host = integration.Host,
                    Device = broken.Device,
                    At = [integration, .. situation.HopsOf(integration.Host, outer.Bridge)],
                    Explains =
                    [
                        CauseCatalogue.ProviderFlowMissing, CauseCatalogue.TunnelFlowMissing, CauseCatalogue.ExternalGatewayDead,
                    ],
                    Evidence = [$"{integration.Host}: {broken.What}"],
                    Remedy = outer.IsTunnel
                        ? $"on {integration.Host} restart neutron-openvswitch-agent, which makes the patch anew"
                        : $"on {integration.Host} see that bridge_mappings names {outer.Bridge} and that it exists, "
                            + "then restart neutron-openvswitch-agent",
                };
            }
        }
    }

    // The bridges behind br-int on any way. Where a patch is gone no NIC is known behind it: Neutron's words, then names, tell the bridge.
    private static List<(string Bridge, bool IsTunnel)> Outer(DiagnosisCase situation, PathHop integration, OvsShowResult ovs)
    {
        var onWay = situation.Hops.Where(h => h.Host == integration.Host && h.Kind is (HopKind.ProviderBridge or HopKind.TunnelBridge))
            .Select(h => (Bridge: h.Device, IsTunnel: h.Kind == HopKind.TunnelBridge)).Distinct().ToList();
        var host = situation.Evidence.Host(integration.Host)!;
        // A gateway's or a guest's wiring names the physical network it needs.
        foreach (var network in host.Wirings.Where(w => w.NetworkType is "vlan" or "flat" && IsOnWay(situation, w.PortId))
            .Select(w => w.PhysicalNetwork).OfType<string>().Distinct())
        {
            var mapped = (situation.Port.Agents ?? []).Where(a => a.Host == host.Name || a.Host == host.Hostname)
                .Select(a => a.BridgeMappings.GetValueOrDefault(network)).FirstOrDefault(b => b is not null);
            if (mapped is not null && !onWay.Contains((mapped, false)) && LeavesHost(situation, host.Name))
                onWay.Add((mapped, false));
        }
        if (onWay.Count == 0 && LeavesHost(situation, host.Name) && host.Wirings.Any(w => w.NetworkType is "vlan" or "flat"))
            onWay.AddRange(Named(ovs, integration.Device).Select(b => (b, false)));
        return onWay;
    }

    private static bool IsOnWay(DiagnosisCase situation, Guid port) => situation.Hops.Any(h => h.PortId == port);

    private static bool LeavesHost(DiagnosisCase situation, string host) =>
        situation.Probes.Any(p => p.Outcome.Path.Hops.Any(h => h.Host == host)
            && (p.Outcome.Path.Gap is not null || p.Outcome.Path.Hops.Any(h => h.Host != host)));

    private static IEnumerable<string> Named(OvsShowResult ovs, string integration)
    {
        var names = Patches(ovs, integration).Select(i => i.Name).Where(n => n.StartsWith("int-", StringComparison.Ordinal))
            .Select(n => n[4..]);
        var others = ovs.Bridges.Where(b => b.Name != integration && Patches(ovs, b.Name).Any(i => i.Name == $"phy-{b.Name}"))
            .Select(b => b.Name);
        return names.Concat(others).Distinct();
    }

    private static (string Device, string What)? Broken(OvsShowResult ovs, string integration, string outer, bool isTunnel)
    {
        var (nearName, farName) = isTunnel ? ("patch-tun", "patch-int") : ($"int-{outer}", $"phy-{outer}");
        var (nearPatches, farPatches) = (Patches(ovs, integration).ToList(), Patches(ovs, outer).ToList());
        var near = nearPatches.FirstOrDefault(n => farPatches.Any(f => Peer(n) == f.Name))
            ?? nearPatches.FirstOrDefault(n => n.Name == nearName);
        var far = farPatches.FirstOrDefault(f => nearPatches.Any(n => Peer(f) == n.Name))
            ?? farPatches.FirstOrDefault(f => f.Name == farName);
        if (near is null)
            return (nearName, $"{integration} has no patch port to {outer}");
        if (Peer(near) is not { } nearPeer || farPatches.All(f => f.Name != nearPeer))
            return (near.Name, $"{near.Name} of {integration} has the peer {Peer(near) ?? "none"}, which {outer} does not have");
        if (far is null)
            return (farName, $"{outer} has no patch port to {integration}");
        if (Peer(far) != near.Name)
            return (far.Name, $"{far.Name} of {outer} has the peer {Peer(far) ?? "none"} instead of {near.Name}");
        return new[] { near, far }.Where(p => p.Error is not null).Select(p => ((string, string)?)(p.Name, $"{p.Name}: {p.Error}"))
            .FirstOrDefault();
    }

    private static IEnumerable<OvsInterface> Patches(OvsShowResult ovs, string bridge) =>
        ovs.Bridges.Where(b => b.Name == bridge).SelectMany(b => b.Ports).SelectMany(p => p.Interfaces).Where(i => i.Type == "patch");

    private static string? Peer(OvsInterface patch) => patch.Options.GetValueOrDefault("peer");
}
