using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Addresses;

/// <summary>Whether anybody but its node answers for an address of the configuration.</summary>
internal sealed class DuplicateJudge
{
    private readonly MacOwners _owners;
    private readonly List<Judged> _judged;

    /// <summary>Judges all addresses.</summary>
    public DuplicateJudge(AddressesEvidence evidence, MacOwners owners)
    {
        _owners = owners;
        var silent = evidence.Unreachable.Concat(evidence.Unread).Select(u => u.Host).ToHashSet();
        _judged =
        [
            .. evidence.Addresses.Select(a => Judge(a, new ScanReading(a.Address, evidence.NeighbourScans), silent.Contains(a.Node))),
        ];
    }

    /// <summary>One an address.</summary>
    public IEnumerable<AddressResult> Results => _judged.Select(j => new AddressResult
    {
        Kind = AddressResultKind.Address,
        Network = j.Of.Network,
        Node = j.Of.Node,
        Address = j.Of.Address,
        Macs = j.Reading.Macs,
        Servers = [],
        State = j.State,
        Reason = j.Reason,
    });

    /// <summary>What is wrong; one thief of many addresses is one finding.</summary>
    public IEnumerable<CheckFinding> Findings =>
    [
        .. _judged.Where(j => j.State == CheckState.Fail).GroupBy(j => string.Join(' ', j.Foreign)).Select(g => Duplicate([.. g])),
        .. _judged.Where(j => j.State == CheckState.Unknown && !j.Silent).GroupBy(j => (j.Of.Network, j.Kind)).Select(g => Unknown([.. g])),
    ];

    private Judged Judge(ConfiguredAddress address, ScanReading reading, bool silent)
    {
        var judged = new Judged(address, reading, silent);
        if (!_owners.Knows(address.Node))
        {
            // Which of the answers is the right one nobody can say, but two are too many.
            return reading.Macs.Select(m => _owners.NodeOf(m) ?? m.ToString()).Distinct().Count() > 1
                ? judged with
                {
                    State = CheckState.Fail,
                    Foreign = reading.Macs,
                    Reason = $"{_owners.Describe(reading.Macs)} answer for it",
                }
                : judged with { Reason = $"the MACs of {address.Node} are not known" };
        }
        var foreign = reading.Macs.Where(m => !_owners.IsOf(m, address.Node)).ToList();
        if (foreign.Count > 0)
        {
            var alone = foreign.Count == reading.Macs.Count;
            var reason = $"{_owners.Describe(foreign)} {(foreign.Count == 1 ? "answers" : "answer")} for it{(alone ? "" : " as well")}";
            return judged with { State = CheckState.Fail, Foreign = foreign, Reason = reason };
        }
        if (address.Present == false)
            return judged with { Kind = "absent", Reason = $"{address.Node} has no device with it" };
        if (reading.Doubt is { } doubt)
            return judged with { Kind = "doubt", Reason = doubt };
        return reading.Macs.Count > 0 || reading.IsAskedOnlyBy(address.Node)
            ? judged with { State = CheckState.Pass }
            : judged with
            {
                Kind = "unanswered",
                Reason = $"nobody answers for it, though {address.Node} has it and others are answered for",
            };
    }

    private CheckFinding Duplicate(List<Judged> of)
    {
        var foreign = of[0].Foreign;
        var taken = of.Where(j => j.Reading.Macs.Count == j.Foreign.Count && _owners.Knows(j.Of.Node)).ToList();
        var what = NodeNames.Join([.. of.Select(j => $"{j.Of.Address} of {j.Of.Node}")]);
        var alone = taken.Count == of.Count;
        return new CheckFinding
        {
            Id = "address-duplicate",
            State = CheckState.Fail,
            Summary = _owners.Knows(of[0].Of.Node)
                ? $"{_owners.Describe(foreign)} {(foreign.Count == 1 ? "answers" : "answer")} for {what}{(alone ? "" : " as well")}"
                : $"{what} is answered for by {foreign.Count}: {_owners.Describe(foreign)}",
            Nodes = [.. of.Select(j => j.Of.Node).Concat(foreign.Select(_owners.NodeOf).OfType<string>()).Distinct()],
            Network = of.Select(j => j.Of.Network).Distinct().ToList() is [var network] ? network : null,
            Evidence = [.. of.Select(Asked)],
            Remedy = "Find the MAC in the switches' address tables and take the address away from it, or correct the configuration.",
        };
    }

    private string Asked(Judged judged) =>
        $"{string.Join(" and ", judged.Reading.Askers)} asked who has {judged.Of.Address} ({judged.Of.Network}): "
        + $"answered by {_owners.Describe(judged.Reading.Macs)}";

    private static CheckFinding Unknown(List<Judged> of)
    {
        var what = NodeNames.Join([.. of.Select(j => $"{j.Of.Address} of {j.Of.Node}")]);
        return new CheckFinding
        {
            Id = "address-unproven",
            State = CheckState.Unknown,
            Summary = of[0].Kind switch
            {
                "absent" => $"{what} is on no device there",
                "unanswered" => $"nobody answers for {what}",
                _ => $"whether anybody else has {what} could not be proven",
            },
            Nodes = [.. of.Select(j => j.Of.Node).Distinct()],
            Network = of[0].Of.Network,
            Evidence = [.. of.Select(j => $"{j.Of.Address}: {j.Reason}").Distinct()],
        };
    }

    private sealed record Judged(ConfiguredAddress Of, ScanReading Reading, bool Silent)
    {
        public CheckState State { get; init; } = CheckState.Unknown;

        public IReadOnlyList<MacAddress> Foreign { get; init; } = [];

        public string? Reason { get; init; }

        /// <summary>What kind of unknown; folded by it.</summary>
        public string Kind { get; init; } = "";
    }
}
