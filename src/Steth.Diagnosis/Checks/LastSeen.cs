using System.Globalization;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// Where a request or its reply was last seen along a path. A hop that was not listened on, or whose silence means nothing, is skipped and
/// never blamed; a loss is only claimed between a hop that saw the message and a later hop that reliably did not.
/// </summary>
public static class LastSeen
{
    /// <summary>Judges the way there, then the way back.</summary>
    public static Verdict Judge(RoundTripEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var there = evidence.Path.InDirection(evidence.FromGuest);
        var back = evidence.Path.InDirection(!evidence.FromGuest);
        var requestAt = LastIndex(there, evidence.Request, evidence.FromGuest);
        var replyAt = LastIndex(back, evidence.Reply, !evidence.FromGuest);

        if (replyAt == back.Count - 1)
            return Verdict.Pass(Shortcut(evidence, there, requestAt));
        if (replyAt >= 0)
            return Lost(evidence, back, replyAt, evidence.Reply);
        if (requestAt < 0)
            return Vanished(evidence, there);
        if (requestAt < there.Count - 1 && FirstReliable(there, requestAt + 1) is not null)
            return Lost(evidence, there, requestAt, evidence.Request);
        return requestAt == there.Count - 1 && there[^1].IsReliable
            ? Unanswered(evidence, there[^1])
            : Blind(evidence, there, requestAt, evidence.Request);
    }

    /// <summary>The reply came although the answerer reliably never saw the request.</summary>
    private static string? Shortcut(RoundTripEvidence evidence, IReadOnlyList<Hop> there, int requestAt) =>
        requestAt < there.Count - 1 && there[^1].IsReliable
            ? $"{evidence.Reply} came back although {evidence.Request} was not seen "
                + $"at {Name(there[^1])}: somebody before {evidence.Answerer} answered"
            : null;

    private static Verdict Lost(RoundTripEvidence evidence, IReadOnlyList<Hop> hops, int at, string message)
    {
        if (FirstReliable(hops, at + 1) is not { } next)
            return Blind(evidence, hops, at, message);
        var skipped = Skipped(hops.Skip(at + 1).TakeWhile(h => h != next));
        return Verdict.Fail(
            $"{Problems(evidence, hops, at, next)}last seen: {message} {Sighting(hops, at)}; "
            + $"next expected at {Name(next)}{skipped}{Advice(evidence, hops, at, next)}");
    }

    private static Verdict Blind(RoundTripEvidence evidence, IReadOnlyList<Hop> hops, int at, string message)
    {
        var reason = $"last seen: {message} {Sighting(hops, at)}; where it went from there could not be seen{Skipped(hops.Skip(at + 1))}";
        var problems = Problems(evidence, hops, at, null);
        return problems.Length > 0 ? Verdict.Fail(problems + reason + Advice(evidence, hops, at, null)) : Verdict.Unknown(reason);
    }

    private static Verdict Unanswered(RoundTripEvidence evidence, Hop end) => Verdict.Fail(
        $"{Problems(evidence, [end], 0, null)}{evidence.Request} reached {evidence.Answerer} "
        + $"({Name(end)}), which sent no {evidence.Reply}: {evidence.AnswererRemedy}");

    private static Verdict Vanished(RoundTripEvidence evidence, IReadOnlyList<Hop> there)
    {
        var problems = Problems(evidence, there, -1, FirstReliable(there, 0));
        if (problems.Length > 0)
            return Verdict.Fail(
                $"{problems}{evidence.Request} was sent and seen nowhere{Advice(evidence, there, -1, FirstReliable(there, 0))}");
        return Verdict.Unknown(
            there.Any(h => h.IsReliable)
                ? $"{evidence.Request} was sent and seen nowhere, not even at "
                    + $"{Name(FirstReliable(there, 0)!)}: it may not have entered the path at all"
                : $"no hop of the path could be listened on{Skipped(there)}");
    }

    /// <summary>Wiring problems of the whole path; ends with a separator unless empty.</summary>
    private static string Problems(RoundTripEvidence evidence, IReadOnlyList<Hop> hops, int at, Hop? next) =>
        string.Concat(Wrong(evidence, hops, at, next).Select(h => $"{Name(h)}: {h.Problem}; "));

    /// <summary>The hops that are wired wrongly, those between the two hops first.</summary>
    private static IEnumerable<Hop> Wrong(RoundTripEvidence evidence, IReadOnlyList<Hop> hops, int at, Hop? next)
    {
        var last = next is null ? hops.Count - 1 : hops.ToList().IndexOf(next);
        var near = hops.Where((h, i) => i >= at && i <= last);
        return near.Concat(evidence.Path.Hops).Distinct().Where(h => h.Problem is not null);
    }

    /// <summary>
    /// What to do: put right what is wired wrongly; where the loss is between two hosts that are in order, look at what lies between.
    /// </summary>
    private static string Advice(RoundTripEvidence evidence, IReadOnlyList<Hop> hops, int at, Hop? next)
    {
        var remedies = Wrong(evidence, hops, at, next).Select(h => h.Remedy);
        if (at >= 0 && at + 1 < hops.Count && hops[at + 1] == next && next.Host != hops[at].Host && hops[at].Problem is null
            && next.Problem is null)
            remedies = remedies.Append(Between(hops[at], next));
        string[] known = [.. remedies.OfType<string>().Distinct()];
        return known.Length > 0 ? $"; to do: {string.Join("; ", known)}" : "";
    }

    private static string Between(Hop from, Hop to)
    {
        if (from.Vlan is not { } vlan)
            return $"look at the switch ports and filters between {from.Host} and {to.Host}";
        var number = vlan.ToString(CultureInfo.InvariantCulture);
        var proof = from.Device == to.Device
            ? $" ('steth check-vlan-interface {from.Host} {to.Host} {from.Device} {number}' tells more)"
            : "";
        return $"see that the switch ports between {from.Host} and {to.Host} allow VLAN {number}{proof}";
    }

    /// <summary>Hops that prove nothing; one that is wired wrongly is named for that already.</summary>
    private static string Skipped(IEnumerable<Hop> hops) =>
        string.Concat(hops.Where(h => !h.IsReliable && h.Problem is null).Select(h => $"; {Name(h)} was skipped "
            + $"({h.Caveat?.TrimEnd('.') ?? "not listened on"})"));

    private static string Sighting(IReadOnlyList<Hop> hops, int at)
    {
        var hop = hops[at];
        var verb = at + 1 < hops.Count && hops[at + 1].Host != hop.Host ? "leaving"
            : at > 0 && hops[at - 1].Host != hop.Host ? "arriving at"
            : "at";
        var tag = hop.Vlan is { } vlan ? $", tagged {vlan.ToString(CultureInfo.InvariantCulture)}" : "";
        return $"{verb} {Name(hop)}{tag}";
    }

    private static string Name(Hop hop) => $"{hop.Host} {hop.Device}";

    private static Hop? FirstReliable(IReadOnlyList<Hop> hops, int from) => hops.Skip(from).FirstOrDefault(h => h.IsReliable);

    private static int LastIndex(IReadOnlyList<Hop> hops, string message, bool outbound)
    {
        for (var i = hops.Count - 1; i >= 0; i--)
        {
            if ((outbound ? hops[i].Outbound : hops[i].Inbound).Contains(message))
                return i;
        }
        return -1;
    }
}
