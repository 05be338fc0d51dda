using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Filters;

/// <summary>
/// Q4: while an exchange was lost in a hybrid plug's Linux bridge, a rule or policy of the host that is none of Neutron's dropped packets:
/// bridged packets pass the host's iptables and inet chains (br_netfilter, net.bridge.bridge-nf-call-iptables), its bridge chains and those
/// of the tap and the qvb (netdev). Not claimed where the port's own chains dropped.
/// </summary>
public sealed class HostFilterDropCheck : IDiagnosisCheck
{
    private static readonly FilterDropCheck _ofThePort = new();
    private static readonly QbrBrokenCheck _ofTheBridge = new();

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.HostFilterDrop;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        foreach (var (port, host, wiring) in situation.Guests().Where(g => g.Wiring.Plug == PortPlug.Hybrid))
        {
            var bridge = situation.HopsOfPort(port.PortId).Where(h => h.Kind == HopKind.Qbr).ToList();
            var blamed = _ofThePort.Judge(situation).Where(f => f.State == CheckState.Fail && !f.IsRemark).SelectMany(f =>
                f.Breaks).ToList();
            var lost = situation.Probes.Where(p => p.Outcome.State is ProbeState.Lost or ProbeState.OutOfSight
                && p.Outcome.Suspects.Any(bridge.Contains) && !blamed.Contains(p.Probe.Kind)).ToList();
            if (lost.Count == 0 || host.Own is not { } before || host.OwnAfter is not { } after)
                continue;
            string[] devices = [.. wiring.Devices.Where(d => d.Kind is PortDeviceKind.Tap or PortDeviceKind.Qbr or PortDeviceKind.Qvb)
                .Select(d => d.Device)];
            var name = wiring.Devices.FirstOrDefault(d => d.Kind == PortDeviceKind.Qbr)?.Device ?? $"qbr{port.PortId.ToString()[..11]}";
            var loss = new FilterLoss
            {
                Cause = Cause,
                Host = host,
                Device = name,
                At = bridge,
                Lost = lost,
                // br_netfilter shows IP packets as those of the bridge, whose ports the chains of bridges see.
                Devices = drop => drop.Family is "ip" or "inet" && drop.Devices.Count == 0 ? [name] : devices,
                Passes = (drop, probe) => !drop.Chain.StartsWith("neutron-", StringComparison.Ordinal)
                    && Passes(drop, probe, after.BridgeNfCallIptables, devices),
            };
            var counted = loss.Counted(before, after).ToList();
            foreach (var finding in counted)
                yield return finding;
            if (counted.Count == 0 && !_ofTheBridge.Judge(situation).Any() && loss.Uncounted(before, after) is { } unknown)
                yield return unknown;
        }
    }

    private static bool Passes(FilterDrop drop, ProbeKind probe, bool? bridgeFilter, string[] devices) => drop.Family switch
    {
        _ when drop.Hook is "ingress" or "egress" => drop.Devices.Any(devices.Contains),
        _ when drop.Hook is not ("prerouting" or "forward" or "postrouting") => false,
        "ip" or "inet" => bridgeFilter == true && !probe.IsArp(),
        "arp" => bridgeFilter is not null && probe.IsArp(),
        _ => drop.Family == "bridge",
    };
}
