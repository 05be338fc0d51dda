using System.Globalization;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// Whether a VLAN's frames cross in one direction. A loss is only claimed when the frames were seen leaving and the receiver's capture is
/// known to have worked; everything else is UNKNOWN.
/// </summary>
public static class VlanDirection
{
    /// <summary>Judges one direction.</summary>
    public static Verdict Judge(VlanDirectionEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var (from, to) = (evidence.Sender, evidence.Receiver);
        if (evidence.TaggedArrived > 0)
            return Verdict.Pass(Partial(evidence));
        if ((from.Silent ?? to.Silent) is { } silent)
            return Verdict.Unknown(silent);
        if ((LinkProblem(from) ?? LinkProblem(to)) is { } link)
            return Verdict.Fail(link);
        if (from.SendProblem is { } refused)
            return Verdict.Unknown($"No probe could be sent by {Place(from)}: {refused}");
        if (from.CaptureProblem is { } blind)
            return Verdict.Unknown($"Whether probes left {Place(from)} could not be seen: {blind}");
        if (evidence.TaggedLeft == 0)
            return Verdict.Unknown($"The kernel of {from.Host} took the probes, but none was seen leaving {from.Nic}.");
        if (evidence.OtherTags.Count > 0)
            return Verdict.Fail($"left {Place(from)} tagged {Number(evidence.Vlan)}, reached "
                + $"{Place(to)} {Tags(evidence.OtherTags)}: the switch path changes the tag");
        if (to.CaptureProblem is { } deaf)
            return Verdict.Unknown(
                $"left {Place(from)} tagged {Number(evidence.Vlan)}; whether it reached {Place(to)} could not be seen: {deaf}");
        if (!evidence.ReceiverSawItself)
            return Verdict.Unknown($"left {Place(from)} tagged {Number(evidence.Vlan)}; the capture on {Place(to)} "
                + $"saw nothing, not even what {to.Host} sent itself, so it proves nothing");
        return Verdict.Fail($"left {Place(from)} tagged {Number(evidence.Vlan)}, never reached {Place(to)}; {Cause(evidence)}");
    }

    private static string Cause(VlanDirectionEvidence evidence)
    {
        if (evidence.UntaggedArrived > 0)
            return $"untagged frames do cross: VLAN {Number(evidence.Vlan)} is not allowed on the switch path";
        if (evidence.OtherDirectionWorks)
            return $"the other direction does cross: VLAN {Number(evidence.Vlan)} is filtered one way on the switch path";
        if (evidence.OtherFramesArrived > 0)
            return $"untagged probes do not cross either, but other frames do arrive at {Place(evidence.Receiver)}: "
                + $"most likely VLAN {Number(evidence.Vlan)} is not allowed on the switch path";
        return evidence.UntaggedLeft > 0
            ? "untagged frames do not cross either: cable, switch port or NIC, or VLAN "
                + $"{Number(evidence.Vlan)} is not allowed on a trunk that has no native VLAN"
            : "whether anything else crosses was not measured";
    }

    private static string? Partial(VlanDirectionEvidence evidence) =>
        evidence.TaggedLeft > evidence.TaggedArrived
            ? $"{Number(evidence.TaggedArrived)} of {Number(evidence.TaggedLeft)} probes arrived: the path loses frames"
            : null;

    private static string? LinkProblem(VlanEndEvidence end) => end switch
    {
        { AdminUp: false } => $"{Place(end)} is down: bring it up (ip link set {end.Nic} up)",
        { Carrier: false } => $"{Place(end)} has no carrier: cable, switch port or NIC",
        _ => null,
    };

    private static string Tags(IReadOnlyList<int?> tags) =>
        string.Join(" and ", tags.Distinct().Select(t => t is { } id ? $"tagged {Number(id)}" : "untagged"));

    private static string Place(VlanEndEvidence end) => $"{end.Host} {end.Nic}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
