using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>The tunnel ports of a node and their addresses.</summary>
public static class TunnelEnds
{
    /// <summary>The addresses by which a node's tunnels are known to others; empty: not known.</summary>
    public static IReadOnlyList<IPAddress> Of(DiagnosisEvidence evidence, HostEvidence? host)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        if (host is null)
            return [];
        var own = Interfaces(host, null).Select(i => Address(i, "local_ip")).OfType<IPAddress>().Distinct().ToList();
        if (own.Count > 0)
            return own;
        return
        [
            .. (evidence.Port.Agents ?? []).Where(a => a.Host == host.Name || a.Host == host.Hostname)
                .Select(a => a.TunnelingIp).OfType<IPAddress>().Distinct(),
        ];
    }

    /// <summary>The tunnel ports of a node.</summary>
    /// <param name="host">The node.</param>
    /// <param name="type">vxlan, gre, geneve; null: any.</param>
    public static IEnumerable<OvsInterface> Interfaces(HostEvidence host, string? type)
    {
        ArgumentNullException.ThrowIfNull(host);
        return (host.Ovs?.Bridges ?? []).SelectMany(b => b.Ports).SelectMany(p => p.Interfaces)
            .Where(i => type is null ? i.Type is "vxlan" or "gre" or "geneve" : i.Type == type);
    }

    /// <summary>An address among a tunnel port's options; null: none, or <c>flow</c>.</summary>
    public static IPAddress? Address(OvsInterface tunnel, string option)
    {
        ArgumentNullException.ThrowIfNull(tunnel);
        return tunnel.Options.TryGetValue(option, out var text) && IPAddress.TryParse(text, out var address) ? address : null;
    }
}
