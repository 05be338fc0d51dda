using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Filters;

/// <summary>
/// D6: what reached the DHCP server's tap was dropped by a rule or policy of its namespace before the server got it, or the answer was
/// (iptables-save -c and nft before and after). Neutron puts none there.
/// </summary>
public sealed class DhcpFilterDropCheck : IDiagnosisCheck
{
    private static readonly IDiagnosisCheck[] _ofTheServer =
        [new DhcpNotServedCheck(), new DhcpServerMissingCheck(), new DhcpHostMissingCheck(), new DhcpPortDownCheck()];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.DhcpFilterDrop;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        var lost = situation.Probes.Where(p => p.Outcome.State is ProbeState.Lost or ProbeState.Unanswered)
            .SelectMany(p => p.Outcome.Suspects.Where(h => h.Kind == HopKind.DhcpPort).Select(h => (At: h, Probe: p)));
        foreach (var server in lost.GroupBy(l => (l.At.Host, l.At.Namespace)))
        {
            if (server.Key.Namespace is not { } name || situation.Evidence.Host(server.Key.Host) is not { Silent: null } host)
                continue;
            var (before, after) = (host.Namespace(name), host.NamespacesAfter.FirstOrDefault(n => n.Namespace == name));
            if (!IsTold(before) || !IsTold(after))
            {
                yield return CaseReading.Undecided(
                    Cause, host.Name, CaseReading.Missing(host, $"the counters of the packet filter of {name}"));
                continue;
            }
            string[] devices = [.. server.Select(l => l.At.Device).Distinct()];
            var loss = new FilterLoss
            {
                Cause = Cause,
                Host = host,
                Device = name,
                At = [.. server.Select(l => l.At).Distinct()],
                Lost = [.. server.Select(l => l.Probe)],
                Devices = _ => devices,
                Passes = (drop, probe) => FilterHooks.OfHost(drop, probe, devices),
            };
            var counted = loss.Counted(before!, after!).ToList();
            foreach (var finding in counted)
                yield return finding;
            if (counted.Count == 0 && !_ofTheServer.Any(c => c.Judge(situation).Any()) && loss.Uncounted(before!, after!) is { } unknown)
                yield return unknown;
        }
    }

    private static bool IsTold(NamespaceInspectResult? space) => space is { Rules: not null } or { Nftables: not null };
}
