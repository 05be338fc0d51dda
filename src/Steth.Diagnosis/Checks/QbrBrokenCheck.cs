using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// Q1: the Linux bridge of a hybrid plug (os-vif's tap – qbr – qvb – qvo) is missing or down, the tap or the qvb is off it, or the qvb is
/// missing, down or without a carrier. Shown by the node's own device list; placed at the device that is wrong.
/// </summary>
public sealed class QbrBrokenCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.QbrBroken;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        foreach (var (port, host, wiring) in situation.Guests().Where(g => g.Wiring.Plug == PortPlug.Hybrid))
        {
            var qbrIsMissing = wiring.Devices.Any(d => d.Kind == PortDeviceKind.Qbr && d.Problems.Contains(WiringProblem.Missing));
            var far = wiring.Devices.FirstOrDefault(d => d.Kind == PortDeviceKind.Qvo)?.Problems ?? [];
            foreach (var device in wiring.Devices)
            {
                var wrong = Wrong(device, far).Where(w => !qbrIsMissing || w != WiringProblem.OffBridge).ToList();
                if (wrong.Count == 0)
                    continue;
                yield return new Finding
                {
                    Cause = Cause,
                    Host = host.Name,
                    Device = device.Device,
                    At = [.. situation.HopsOf(host.Name, device.Device), .. situation.HopsOfPort(port.PortId).Where(
                        h => h.Kind == HopKind.Qbr && h.Device != device.Device)],
                    // Without the qvb there is no qvo either: they are the two ends of one cable.
                    Explains = wrong.Contains(WiringProblem.Missing) ? [CauseCatalogue.PortNotWired, CauseCatalogue.FilterDrop] : [],
                    Evidence = [$"{host.Name}: {device.Device} {Words(device, wrong[0])}"],
                    Remedy = Remedy(host.Name, device, wrong[0]),
                };
            }
        }
    }

    private static IEnumerable<WiringProblem> Wrong(PortDevice device, IReadOnlyList<WiringProblem> far) => device.Problems.Where(p =>
        device.Kind switch
        {
            PortDeviceKind.Tap => p == WiringProblem.OffBridge,
            PortDeviceKind.Qbr => p is WiringProblem.Missing or WiringProblem.Down,
            // A qvb has no carrier while its other end, the qvo, is down: then that is what is wrong.
            PortDeviceKind.Qvb => p is WiringProblem.Missing or WiringProblem.Down or WiringProblem.OffBridge
                || p == WiringProblem.NoCarrier && !far.Contains(WiringProblem.Down) && !far.Contains(WiringProblem.Missing),
            _ => false,
        });

    private static string Words(PortDevice device, WiringProblem problem) => problem switch
    {
        WiringProblem.Missing => "is missing; it should be there and up",
        WiringProblem.Down => "is down; it should be up",
        WiringProblem.NoCarrier => "has no carrier; its other end should be up",
        _ => $"is not a port of {device.Bridge ?? "its qbr"}; it should be ({device.Problem ?? "off its bridge"})",
    };

    private static string Remedy(string host, PortDevice device, WiringProblem problem) => problem switch
    {
        WiringProblem.Missing => $"reboot the guest on {host} hard, so that Nova plugs its port again",
        WiringProblem.Down => $"on {host} run 'ip link set {device.Device} up'",
        WiringProblem.NoCarrier => $"on {host} see why the other end of {device.Device} is not up: 'ip -d link show {device.Device}'",
        _ => $"on {host} run 'ip link set {device.Device} master {device.Bridge}'",
    };
}
