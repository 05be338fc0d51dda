using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;

namespace Steth.Diagnosis.Checks;

/// <summary>Evidence with what follows from it: the way and the outcome of each probe. What every check judges.</summary>
public sealed class DiagnosisCase
{
    private readonly Dictionary<ProbeKind, ProbeOutcome> _outcomes;

    /// <summary>Reads the evidence once.</summary>
    public DiagnosisCase(DiagnosisEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        Evidence = evidence;
        _outcomes = evidence.Probes.GroupBy(p => p.Kind).ToDictionary(g => g.Key, g => ProbeReader.Read(evidence, g.First()));
        GuestHost = PathBuilder.HostOf(evidence, evidence.Port.PortId);
        GuestWiring = GuestHost?.Wiring(evidence.Port.PortId);
    }

    /// <summary>The evidence.</summary>
    public DiagnosisEvidence Evidence { get; }

    /// <summary>The port and what it should be.</summary>
    public PortIntent Port => Evidence.Port;

    /// <summary>The node the guest is on; null: none of those that answered.</summary>
    public HostEvidence? GuestHost { get; }

    /// <summary>The guest's wiring there; null when <see cref="GuestHost"/> is.</summary>
    public PortWiringResult? GuestWiring { get; }

    /// <summary>The probes that were planned, with their outcomes, in the order tried.</summary>
    public IEnumerable<(ProbeEvidence Probe, ProbeOutcome Outcome)> Probes =>
        Evidence.Probes.DistinctBy(p => p.Kind).Select(p => (p, _outcomes[p.Kind]));

    /// <summary>The outcome of a probe; null: it was not planned.</summary>
    public ProbeOutcome? Outcome(ProbeKind kind) => _outcomes.GetValueOrDefault(kind);

    /// <summary>A probe; null: it was not planned.</summary>
    public ProbeEvidence? Probe(ProbeKind kind) => Evidence.Probes.FirstOrDefault(p => p.Kind == kind);

    /// <summary>Every hop of every way, each once: where a static fault can matter.</summary>
    public IEnumerable<PathHop> Hops => _outcomes.Values.SelectMany(o => o.Path.Hops).DistinctBy(h => (h.Host, h.Device, h.Namespace));

    /// <summary>The hops of a device on any way.</summary>
    public IReadOnlyList<PathHop> HopsOf(string host, string device) => [.. Hops.Where(h => h.Host == host && h.Has(device))];

    /// <summary>The hops of a kind on a host.</summary>
    public IReadOnlyList<PathHop> HopsOf(string host, HopKind kind) => [.. Hops.Where(h => h.Host == host && h.Kind == kind)];

    /// <summary>Traces of a probe's lost leg.</summary>
    public IEnumerable<TraceEvidence> Traces(ProbeKind probe) => Evidence.Traces.Where(t => t.Probe == probe && t.Result is not null);

    /// <summary>The node of a DHCP port with its wiring; null: not known.</summary>
    public (HostEvidence Host, PortWiringResult Wiring)? Place(Guid? port) =>
        PathBuilder.HostOf(Evidence, port) is { } host ? (host, host.Wiring(port)!) : null;
}
