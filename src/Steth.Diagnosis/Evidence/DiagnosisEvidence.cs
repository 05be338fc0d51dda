using Steth.Contracts.Operations;
using Steth.Diagnosis.Intent;

namespace Steth.Diagnosis.Evidence;

/// <summary>Everything a diagnosis is made from. Saved, it can be diagnosed again without an agent; it holds no secret.</summary>
public sealed record DiagnosisEvidence
{
    /// <summary>The shape of this version.</summary>
    public const string CurrentSchema = "steth/evidence/1";

    /// <summary>Which shape this is.</summary>
    public string Schema { get; set; } = CurrentSchema;

    /// <summary>When it was taken (UTC).</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>Version of steth that took it.</summary>
    public required string Version { get; init; }

    /// <summary>How long taking it took in ms.</summary>
    public long TookMs { get; init; }

    /// <summary>The symptoms that were looked for.</summary>
    public required IReadOnlyList<Symptom> Symptoms { get; init; }

    /// <summary>The port and what it should be.</summary>
    public required PortIntent Port { get; init; }

    /// <summary>The other end of a no-peer symptom, when it is a port of the cloud; null: none.</summary>
    public PortIntent? Peer { get; init; }

    /// <summary>Every configured node, also those that did not answer.</summary>
    public required IReadOnlyList<HostEvidence> Hosts { get; init; }

    /// <summary>Devices that were listened on, or should have been.</summary>
    public IReadOnlyList<ListenerEvidence> Listeners { get; set; } = [];

    /// <summary>The exchanges that were tried.</summary>
    public IReadOnlyList<ProbeEvidence> Probes { get; set; } = [];

    /// <summary>Flows that were followed through OpenFlow tables where a probe was lost.</summary>
    public IReadOnlyList<TraceEvidence> Traces { get; set; } = [];

    /// <summary>What crosses between two NICs where a probe was lost between them.</summary>
    public IReadOnlyList<FabricEvidence> Fabric { get; set; } = [];

    /// <summary>What crosses between two tunnel endpoints.</summary>
    public IReadOnlyList<UnderlayEvidence> Underlay { get; set; } = [];

    /// <summary>What else an operator should know of how it was taken, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; set; } = [];

    /// <summary>A host by name; null: not configured.</summary>
    public HostEvidence? Host(string? name) => Hosts.FirstOrDefault(h => h.Name == name);
}

/// <summary>What one node told.</summary>
public sealed record HostEvidence
{
    /// <summary>Name of the node in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary>Why its agent told nothing; null when it answered.</summary>
    public string? Silent { get; init; }

    /// <summary>The host name its agent reported; null: not asked.</summary>
    public string? Hostname { get; init; }

    /// <summary>Version of its agent; null: not asked.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Its Open vSwitch; null: not told.</summary>
    public OvsShowResult? Ovs { get; init; }

    /// <summary>Wiring of the ports of the path that are on it.</summary>
    public IReadOnlyList<PortWiringResult> Wirings { get; set; } = [];

    /// <summary>
    /// The host's own namespace before the probes, devices left out; rules of the port, those that drop and, where its tunnels pass them,
    /// those
    /// the host's own packets meet only; null: not told.
    /// </summary>
    public NamespaceInspectResult? Own { get; init; }

    /// <summary>The same after the probes: counters that moved meanwhile tell where a frame ended. Null: not told.</summary>
    public NamespaceInspectResult? OwnAfter { get; init; }

    /// <summary>Devices of the host's own namespace; null: not told.</summary>
    public IReadOnlyList<InterfaceFacts>? Interfaces { get; init; }

    /// <summary>Namespaces of the path (qdhcp-, qrouter-) before the probes.</summary>
    public IReadOnlyList<NamespaceInspectResult> Namespaces { get; set; } = [];

    /// <summary>The same after the probes.</summary>
    public IReadOnlyList<NamespaceInspectResult> NamespacesAfter { get; set; } = [];

    /// <summary>Names of all its namespaces; null: not told.</summary>
    public IReadOnlyList<string>? NamespaceNames { get; init; }

    /// <summary>The DHCP server of the port's network; null: not told.</summary>
    public DhcpServerResult? Dhcp { get; init; }

    /// <summary>The metadata agent's answer; null: not asked.</summary>
    public MetadataProbeResult? Metadata { get; init; }

    /// <summary>A namespace by name; null: not told.</summary>
    public NamespaceInspectResult? Namespace(string? name) => Namespaces.FirstOrDefault(n => n.Namespace == name);

    /// <summary>A port's wiring; null: not on this host, or not told.</summary>
    public PortWiringResult? Wiring(Guid? port) => Wirings.FirstOrDefault(w => w.PortId == port);
}
