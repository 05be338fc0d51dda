using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Addresses;

/// <summary>Whether the nodes' gateways answer, and only once each.</summary>
internal sealed class GatewayJudge
{
    private readonly AddressesEvidence _evidence;
    private readonly MacOwners _owners;

    /// <summary>Judges all gateways.</summary>
    public GatewayJudge(AddressesEvidence evidence, MacOwners owners)
    {
        (_evidence, _owners) = (evidence, owners);
        Results = [.. evidence.Gateways.Select(Judge)];
    }

    /// <summary>One a node and gateway.</summary>
    public IReadOnlyList<AddressResult> Results { get; }

    /// <summary>What is wrong, by gateway.</summary>
    public IEnumerable<CheckFinding> Findings => Results.Where(r => r.State != CheckState.Pass)
        .GroupBy(r => (r.Address, r.State, Twice: r.Macs.Count > 1)).Select(g => Finding([.. g]));

    private AddressResult Judge(ExpectedGateway gateway)
    {
        // Each node speaks for itself: its own way to the gateway may be broken.
        var own = _evidence.NeighbourScans.Where(s => s.Node == gateway.Node && s.Device == gateway.Device);
        var reading = new ScanReading(gateway.Address, own);
        var result = new AddressResult
        {
            Kind = AddressResultKind.Gateway,
            Node = gateway.Node,
            Address = gateway.Address,
            Macs = reading.Macs,
            Servers = [],
            State = CheckState.Pass,
        };
        return reading.Macs.Count switch
        {
            _ when gateway.Node is null => result with { State = CheckState.Unknown, Reason = "no node has an address on its subnet" },
            1 => result,
            > 1 => result with { State = CheckState.Fail, Reason = $"{_owners.Describe(reading.Macs)} answer for it" },
            _ when reading.Doubt is { } doubt => result with { State = CheckState.Unknown, Reason = doubt },
            _ => result with { State = CheckState.Fail, Reason = $"it does not answer on {gateway.Device}, and others do" },
        };
    }

    private CheckFinding Finding(IReadOnlyList<AddressResult> of)
    {
        IReadOnlyList<string> nodes = [.. of.Select(r => r.Node).OfType<string>()];
        var (gateway, state, names) = (of[0].Address, of[0].State, NodeNames.Join(nodes));
        var twice = of[0].Macs.Count > 1;
        return new CheckFinding
        {
            Id = state == CheckState.Unknown ? "gateway-unproven" : twice ? "gateway-duplicate" : "gateway-silent",
            State = state,
            Summary = state == CheckState.Unknown
                ? $"whether the gateway {gateway} answers {(nodes.Count == 0 ? "" : $"{names} ")}could not be proven"
                : twice ? $"the gateway {gateway} is answered for by {of[0].Macs.Count}: {_owners.Describe(of[0].Macs)}"
                : $"the gateway {gateway} does not answer {names}",
            Nodes = nodes,
            Evidence =
            [
                .. of.GroupBy(r => r.Reason).Select(g => g.Select(r => r.Node).OfType<string>().ToList() is { Count: > 0 } who
                    ? $"{NodeNames.Join(who)}: {g.Key}"
                    : g.Key!),
            ],
            Remedy = state == CheckState.Unknown ? null
                : twice ? "Find both MACs in the switches' address tables; one of them has no business there."
                : "Look at the router's interface on that network, and at the nodes' routes.",
        };
    }
}
