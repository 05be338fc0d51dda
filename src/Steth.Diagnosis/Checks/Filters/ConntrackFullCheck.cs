using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Filters;

/// <summary>
/// Q5: an exchange was lost in a hybrid plug's Linux bridge while the host's own table of tracked connections was full: bridged packets are
/// tracked there for the port's iptables rules (br_netfilter).
/// </summary>
public sealed class ConntrackFullCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.ConntrackFull;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        foreach (var (port, host, wiring) in situation.Guests().Where(g => g.Wiring.Plug == PortPlug.Hybrid))
        {
            if (host.Own is not { BridgeNfCallIptables: true } before)
                continue;
            var bridge = situation.HopsOfPort(port.PortId).Where(h => h.Kind == HopKind.Qbr).ToList();
            var lost = situation.Probes.Where(p => p.Outcome.State is ProbeState.Lost or ProbeState.OutOfSight
                && p.Outcome.Suspects.Any(bridge.Contains)).ToList();
            var device = wiring.Devices.FirstOrDefault(d => d.Kind == PortDeviceKind.Qbr)?.Device ?? $"qbr{port.PortId.ToString()[..11]}";
            if (ConntrackReading.Judge(Cause, host, device, before, host.OwnAfter, lost, bridge) is { } finding)
                yield return finding;
        }
    }
}
