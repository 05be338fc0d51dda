using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// V1: a guest's tap is missing, down, or has no carrier because nobody holds it open (Linux: a tap has a carrier while a program has it
/// open). Shown by the node's own device list.
/// </summary>
public sealed class TapBrokenCheck : IDiagnosisCheck
{
    private static readonly WiringProblem[] _problems = [WiringProblem.Missing, WiringProblem.Down, WiringProblem.NoCarrier];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.TapBroken;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        foreach (var (port, host, wiring) in situation.Guests())
        {
            if (wiring.Devices.FirstOrDefault(d => d.Kind == PortDeviceKind.Tap) is not { } tap || !tap.Problems.Any(_problems.Contains))
                continue;
            var state = tap.Problems.Contains(WiringProblem.Missing) ? "is missing"
                : tap.Problems.Contains(WiringProblem.Down) ? "is down" : "has no carrier: no guest holds it";
            yield return new Finding
            {
                Cause = Cause,
                Host = host.Name,
                Device = tap.Device,
                // A qbr's own device may not show what the bridge forwards, so an answer may seem lost just before it.
                At = [.. situation.HopsOf(host.Name, tap.Device), .. situation.HopsOfPort(port.PortId).Where(h => h.Kind == HopKind.Qbr)],
                Explains = [CauseCatalogue.PortNotWired, CauseCatalogue.QbrBroken, CauseCatalogue.GuestMacDiffers],
                Evidence = [$"{host.Name}: {tap.Device}, the tap of port {port.PortId}, {state}; it should be up and held by the guest"],
                Remedy = WiringRemedy.For(host.Name, tap)
                    ?? $"on {host.Name} see whether the guest runs, and reboot it hard, so that Nova plugs it again",
            };
        }
        if (situation.GuestHost is null && situation.HostCalled(situation.Port.BindingHost) is { Silent: not null } silent
            && situation.Probes.Any(p => p.Outcome.State != ProbeState.Answered))
            yield return CaseReading.Undecided(Cause, silent.Name, CaseReading.Missing(silent, "how the port is wired there"));
    }
}
