using System.Text.Json.Serialization;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;

namespace Steth.Diagnosis.Verdicts;

/// <summary>What a diagnosis came to: the one document <c>steth diagnose -f json</c> prints.</summary>
public sealed record DiagnosisReport
{
    /// <summary>The shape of this version.</summary>
    public const string CurrentSchema = "steth/diagnosis/1";

    /// <summary>Which shape this is.</summary>
    public string Schema { get; set; } = CurrentSchema;

    /// <summary>The port.</summary>
    public required ReportPort Port { get; init; }

    /// <summary>Each symptom looked for.</summary>
    public required IReadOnlyList<SymptomResult> Symptoms { get; init; }

    /// <summary>The kind of wiring: <c>ml2-ovs hybrid vlan</c>, <c>ml2-ovs native vxlan</c>, <c>dvr</c>, <c>ovn</c>, ….</summary>
    public required string Architecture { get; init; }

    /// <summary>tap, packet-out, qvb or none: how the guest's frames were played.</summary>
    public required string Injection { get; init; }

    /// <summary>What it came to.</summary>
    public required DiagnosisVerdict Verdict { get; init; }

    /// <summary>The way of the probe that tells most: the first that failed, else the longest.</summary>
    public required IReadOnlyList<HopReport> Hops { get; init; }

    /// <summary>Everything that was found, causes and remarks.</summary>
    public required IReadOnlyList<FindingReport> Findings { get; init; }

    /// <summary>Slugs of causes that were looked for and are not there, with their ids.</summary>
    public required IReadOnlyList<string> RuledOut { get; init; }

    /// <summary>Nodes that did not answer.</summary>
    public required IReadOnlyList<UnreachableHost> Unreachable { get; init; }

    /// <summary>What else an operator should know, a sentence each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>How long the whole took in ms.</summary>
    public required long TookMs { get; init; }
}

/// <summary>The port that was diagnosed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name; null: none, or not known.</param>
/// <param name="Mac">Its MAC; null: not known.</param>
/// <param name="FixedIps">Its addresses.</param>
/// <param name="Host">The node it is on; null: none that answers.</param>
/// <param name="NetworkId">Its network; null: not known.</param>
/// <param name="NetworkType">vlan, flat, vxlan, …; null: not known.</param>
/// <param name="SegmentationId">VLAN id or VNI; null: none.</param>
/// <param name="Source">neutron or nodes: who says so.</param>
public sealed record ReportPort(
    Guid Id,
    string? Name,
    string? Mac,
    IReadOnlyList<string> FixedIps,
    string? Host,
    Guid? NetworkId,
    string? NetworkType,
    int? SegmentationId,
    string Source);

/// <summary>One symptom.</summary>
/// <param name="Name">Which.</param>
/// <param name="Status">What it came to.</param>
/// <param name="Note">Why, when it is not healthy, or what was not tried; null: nothing to add.</param>
public sealed record SymptomResult(Symptom Name, DiagnosisStatus Status, string? Note);

/// <summary>What a diagnosis, or a symptom of it, came to.</summary>
public enum DiagnosisStatus
{
    /// <summary>It works.</summary>
    [JsonStringEnumMemberName("healthy")]
    Healthy,

    /// <summary>It does not, and why is known.</summary>
    [JsonStringEnumMemberName("fault")]
    Fault,

    /// <summary>It does not, or could not be tried, and why is not known.</summary>
    [JsonStringEnumMemberName("inconclusive")]
    Inconclusive,
}

/// <summary>The verdict.</summary>
/// <param name="Status">Fault when any symptom is, else inconclusive when any is, else healthy.</param>
/// <param name="Causes">The primary one first; independent faults follow. Empty unless the status is fault.</param>
/// <param name="Missing">What would have to be known to decide; null unless inconclusive.</param>
public sealed record DiagnosisVerdict(DiagnosisStatus Status, IReadOnlyList<CauseReport> Causes, string? Missing);

/// <summary>One cause.</summary>
/// <param name="Id">As <c>F1</c>.</param>
/// <param name="Slug">As <c>vlan-not-on-trunk</c>.</param>
/// <param name="Title">What is wrong.</param>
/// <param name="Host">The node; null: none in particular.</param>
/// <param name="Device">The device, bridge or program; null: none in particular.</param>
/// <param name="Evidence">What shows it.</param>
/// <param name="Remedy">What to do; null: nothing known.</param>
public sealed record CauseReport(
    string Id, string Slug, string Title, string? Host, string? Device, IReadOnlyList<string> Evidence, string? Remedy);

/// <summary>One finding.</summary>
/// <param name="Id">As <c>F1</c>.</param>
/// <param name="Slug">As <c>vlan-not-on-trunk</c>.</param>
/// <param name="Host">The node; null: none in particular.</param>
/// <param name="Device">The device, bridge or program; null: none in particular.</param>
/// <param name="State">FAIL or UNKNOWN.</param>
/// <param name="Evidence">What shows it.</param>
public sealed record FindingReport(string Id, string Slug, string? Host, string? Device, CheckState State, IReadOnlyList<string> Evidence);

/// <summary>One hop.</summary>
public sealed record HopReport
{
    /// <summary>Place in the path, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The node.</summary>
    public required string Host { get; init; }

    /// <summary>The device or bridge.</summary>
    public required string Device { get; init; }

    /// <summary>What it is.</summary>
    public required HopKind Kind { get; init; }

    /// <summary>Its namespace; null: the host's own.</summary>
    public string? Namespace { get; init; }

    /// <summary>The request's leg.</summary>
    public required HopSight Outbound { get; init; }

    /// <summary>The answer's leg.</summary>
    public required HopSight Inbound { get; init; }

    /// <summary>PASS: all that should pass it did. FAIL: the cause, or the loss, is here. UNKNOWN: not reached, or not seen.</summary>
    public required CheckState State { get; init; }

    /// <summary>A word on it; null: nothing to add.</summary>
    public string? Note { get; init; }
}

/// <summary>What a hop saw of one leg.</summary>
/// <param name="Seen">True: it was there. False: it was not. Null: that could not be seen.</param>
/// <param name="Method">How that is known; null when it is not.</param>
/// <param name="Messages">What was seen: DHCPDISCOVER, ….</param>
public sealed record HopSight(bool? Seen, SightMethod? Method, IReadOnlyList<string> Messages);

/// <summary>How it is known what a hop saw.</summary>
public enum SightMethod
{
    /// <summary>A packet capture.</summary>
    [JsonStringEnumMemberName("capture")]
    Capture,

    /// <summary>A counter that moved.</summary>
    [JsonStringEnumMemberName("counter")]
    Counter,

    /// <summary>A flow followed through OpenFlow tables.</summary>
    [JsonStringEnumMemberName("trace")]
    Trace,

    /// <summary>It follows from what was seen before and behind it, or from how it is wired.</summary>
    [JsonStringEnumMemberName("static")]
    Static,
}

/// <summary>A node that did not answer.</summary>
/// <param name="Host">The node.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record UnreachableHost(string Host, string Reason);
