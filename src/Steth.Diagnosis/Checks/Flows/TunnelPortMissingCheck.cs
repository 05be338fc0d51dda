using System.Net;
using System.Net.Sockets;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>T1: a node has no working tunnel port to the other end of a way. What comes from there is dropped as well.</summary>
public sealed class TunnelPortMissingCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.TunnelPortMissing;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        return Pairs(situation).Select(p => Find(situation, p.Here, p.There)).OfType<Finding>();
    }

    /// <summary>Each tunnel bridge with the node at the other end, both ways.</summary>
    private static IEnumerable<(PathHop Here, string There)> Pairs(DiagnosisCase situation)
    {
        var pairs = new List<(PathHop Here, string There)>();
        foreach (var (_, outcome) in situation.Probes)
        {
            var hops = outcome.Path.Hops;
            for (var i = 0; i < hops.Count; i++)
            {
                if (hops[i].Kind != HopKind.TunnelBridge)
                    continue;
                if (Beyond(hops[i], hops.Skip(i + 1)) is { } next)
                    pairs.Add((hops[i], next));
                if (Beyond(hops[i], hops.Take(i).Reverse()) is { } previous)
                    pairs.Add((hops[i], previous));
            }
        }
        return pairs.DistinctBy(p => (p.Here.Host, p.There));
    }

    // The node on the other side of this one's NIC; null: this is the side of br-int.
    private static string? Beyond(PathHop bridge, IEnumerable<PathHop> hops) =>
        hops.SkipWhile(h => h.Host == bridge.Host && h.Kind == HopKind.Nic).FirstOrDefault() is { } next && next.Host != bridge.Host
            ? next.Host : null;

    private Finding? Find(DiagnosisCase situation, PathHop here, string there)
    {
        if (situation.Evidence.Host(here.Host) is not { Ovs.Running: true } host || Type(host, situation) is not { } type)
            return null;
        var remotes = TunnelEnds.Of(situation.Evidence, situation.Evidence.Host(there));
        var tunnels = TunnelEnds.Interfaces(host, type).ToList();
        // A port of remote_ip=flow takes its peer from the flows.
        if (tunnels.Any(t => t.Options.GetValueOrDefault("remote_ip") == "flow"))
            return null;
        var matching = tunnels.Where(t => TunnelEnds.Address(t, "remote_ip") is { } remote && remotes.Contains(remote)).ToList();
        if (matching.Any(t => t.Error is null && t.Ofport is null or >= 0))
            return null;
        var broken = matching.FirstOrDefault();
        var isKnown = remotes.Count > 0 || tunnels.Count == 0;
        var wanted = string.Join(" or ", remotes);
        var what = broken is not null
            ? $"{here.Device} on {here.Host}: tunnel port {broken.Name} to {there} does not work: {broken.Error ?? "not opened"}"
            : remotes.Count > 0 ? $"{here.Device} on {here.Host} has no {type} port with remote_ip {wanted}, which is {there}"
            : isKnown ? $"{here.Device} on {here.Host} has no {type} port at all"
            : $"The tunnel address of {there} is not known, so it is not known whether {here.Host} has a tunnel to it";
        return new Finding
        {
            Cause = Cause,
            State = isKnown ? CheckState.Fail : CheckState.Unknown,
            Host = here.Host,
            Device = broken?.Name ?? NameOf(type, remotes) ?? here.Device,
            At = [here],
            Explains = [CauseCatalogue.TunnelFlowMissing, CauseCatalogue.UnderlayUnreachable, CauseCatalogue.TunnelFiltered],
            Evidence = [what],
            Remedy = $"on {here.Host} see that neutron-openvswitch-agent has tunnel_types and l2_population as {there} has, "
                + "then restart it",
        };
    }

    // As Neutron's agent names a port (get_tunnel_name of ovs_neutron_agent.py): the type and the remote IPv4 address in hex.
    private static string? NameOf(string type, IReadOnlyList<IPAddress> remotes) =>
        remotes is [{ AddressFamily: AddressFamily.InterNetwork } remote, ..]
            ? $"{type}-{Convert.ToHexStringLower(remote.GetAddressBytes())}" : null;

    private static string? Type(HostEvidence host, DiagnosisCase situation)
    {
        if (situation.Port.Network is { IsTunnelled: true, Type: { } type })
            return type;
        return host.Wirings.Select(w => w.NetworkType).FirstOrDefault(t => t is "vxlan" or "gre" or "geneve");
    }
}
