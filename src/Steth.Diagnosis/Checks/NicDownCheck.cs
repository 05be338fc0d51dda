using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>F4: a physical NIC of a path is down, has no carrier or does not exist.</summary>
public sealed class NicDownCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.NicDown;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        foreach (var hop in situation.Hops.Where(h => h.Kind == HopKind.Nic))
        {
            var devices = situation.Evidence.Host(hop.Host)!.Wirings.SelectMany(w => w.Devices)
                .Where(d => d.Kind == PortDeviceKind.Nic && hop.Has(d.Device)).DistinctBy(d => d.Device).ToList();
            // Of several NICs of one bridge one that works is enough.
            if (devices.Count == 0 || devices.Any(d => d.Problems.Count == 0))
                continue;
            foreach (var device in devices)
            {
                yield return new Finding
                {
                    Cause = Cause,
                    Host = hop.Host,
                    Device = device.Device,
                    At = [hop],
                    Explains =
                    [
                        CauseCatalogue.VlanNotOnTrunk, CauseCatalogue.FabricLoss, CauseCatalogue.TunnelFiltered,
                        CauseCatalogue.UnderlayUnreachable, CauseCatalogue.UnderlayMtu, CauseCatalogue.ExternalGatewayDead,
                    ],
                    Evidence = [$"{hop.Host}: {device.Device} is {Words(device)}"],
                    Remedy = device.Problems.Contains(WiringProblem.Down) ? $"on {hop.Host} run 'ip link set {device.Device} up'"
                        : device.Problems.Contains(WiringProblem.NoCarrier)
                            ? $"look at the cable and the switch port of {device.Device} on {hop.Host}"
                            : null,
                };
            }
        }
    }

    private static string Words(PortDevice device) => device.Problem ?? "not usable";
}
