using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;

namespace Steth.Controller.Diagnosing;

/// <summary>What a diagnosis collected.</summary>
/// <param name="Evidence">What it is made from.</param>
/// <param name="Frames">Every captured frame of the probes, in the order of their time stamps.</param>
public sealed record DiagnosisCollection(DiagnosisEvidence Evidence, IReadOnlyList<TracedFrame> Frames);

/// <summary>A captured frame of a probe.</summary>
/// <param name="Host">The node.</param>
/// <param name="Device">The device.</param>
/// <param name="Namespace">Its namespace; null: the host's own.</param>
/// <param name="Probe">Whose frame.</param>
/// <param name="Frame">The frame.</param>
public sealed record TracedFrame(string Host, string Device, string? Namespace, ProbeKind Probe, CapturedFrame Frame);
